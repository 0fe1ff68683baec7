using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>An operation other than chat, as callers ask for it. There is no neutral form between two dialects: an endpoint is asked in the
/// operation's own form, or in its dialect's by the format itself, or not at all.</summary>
internal abstract class OperationFormat : ICallerFormat
{
    public string Dialect => Core.Catalog.Dialects.OpenAIChat;

    public abstract Operation Operation { get; }

    public virtual Operation OperationOf(InferenceRequest request) => Operation;

    public abstract string ApiType { get; }

    public virtual string? BytesType(InferenceRequest request) => null;

    public virtual byte[]? AsRead(ReadOnlySpan<byte> body, out GatewayError? error)
    {
        error = null;
        return null;
    }

    public abstract bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error);

    public bool TryReadNeutral(ReadOnlyMemory<byte> body, InferenceRequest request, out NeutralRequest? neutral, out GatewayError? error)
    {
        neutral = null;
        error = GatewayErrors.InvalidField("model", "is served by endpoints that cannot be asked for this. Name another model.");
        return false;
    }

    public virtual Uri? AddressIn(Endpoint endpoint) => null;

    public virtual bool PassesThrough(Endpoint endpoint, InferenceRequest request) => true;

    public virtual HttpContent Passthrough(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target) =>
        OperationBody.Write(body, request.Wish!, target); // a request of an operation has its wish

    public abstract AnswerFlow NewRewriter(AnswerContext context);

    /// <summary>Never called: answers of other dialects are rewritten too.</summary>
    public AnswerWriter NewWriter(AnswerContext context) => throw new System.Diagnostics.UnreachableException();
}
