using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Rerank;

/// <summary>Reranking, in the form that Cohere began and other hosts have taken over.</summary>
internal sealed class RerankFormat : OperationFormat
{
    public override Operation Operation => Operation.Rerank;

    public override string ApiType => "rerank";

    public override bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error) =>
        new RerankReader().TryRead(body, out request, out error);

    /// <summary>Cohere's own form is the one that others took over.</summary>
    public override Uri? AddressIn(Endpoint endpoint) =>
        endpoint.Dialect == Core.Catalog.Dialects.CohereV2 ? new($"{endpoint.BaseUrl?.AbsoluteUri.TrimEnd('/')}/rerank") : null;

    public override AnswerFlow NewRewriter(AnswerContext context) => new RerankFlow(context);
}
