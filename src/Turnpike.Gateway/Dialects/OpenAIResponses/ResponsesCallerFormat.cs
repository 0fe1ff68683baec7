using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>OpenAI Responses, as callers speak it.</summary>
internal sealed class ResponsesCallerFormat : ICallerFormat
{
    public string Dialect => Core.Catalog.Dialects.OpenAIResponses;

    public Operation Operation => Operation.Chat;

    public string ApiType => "responses";

    public bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error) =>
        ResponsesRequestReader.TryRead(body, out request, out error);

    public bool TryReadNeutral(ReadOnlyMemory<byte> body, InferenceRequest request, out NeutralRequest? neutral, out GatewayError? error) =>
        ResponsesNeutralReader.TryRead(body, request.IsPlain, out neutral, out error);

    // Reasoning of another dialect's model is in our envelope, which no provider can open: then the items are written anew, without it. So are they
    // with marks for caches, which are refused under OpenRouter's name.
    public bool PassesThrough(Endpoint endpoint, InferenceRequest request) =>
        endpoint.Dialect == Core.Catalog.Dialects.OpenAIResponses && request is { HasForeignReasoning: false, IsForeign: false, HasCacheMarks: false }
        && ResponsesModels.TakesSampling(endpoint, request.Parameters);

    public HttpContent Passthrough(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target) =>
        ResponsesRequestBody.Of(body, request, target);

    public AnswerFlow NewRewriter(AnswerContext context) => new ResponsesAnswerFlow(context);

    public AnswerWriter NewWriter(AnswerContext context) => new ResponsesAnswerWriter(context);
}
