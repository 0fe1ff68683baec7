using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>An operation other than chat, as callers ask for it. There is no neutral form between two dialects: an endpoint is asked in the
/// operation's own form, or in its dialect's by the format itself, or in a conversation, or not at all.</summary>
internal abstract class OperationFormat : ICallerFormat
{
    public string Dialect => Core.Catalog.Dialects.OpenAIChat;

    public abstract Operation Operation { get; }

    public virtual Operation OperationOf(InferenceRequest request, Endpoint endpoint) => Operation;

    public abstract string ApiType { get; }

    public virtual string? BytesType(InferenceRequest request) => null;

    public virtual bool TakesBytes(InferenceRequest request) => false;

    public virtual byte[]? AsRead(ReadOnlySpan<byte> body, out GatewayError? error)
    {
        error = null;
        return null;
    }

    public abstract bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error);

    /// <summary>Called where it does not pass through, which it does unless a format says otherwise.</summary>
    public virtual bool TryReadNeutral(ReadOnlyMemory<byte> body, InferenceRequest request, out NeutralRequest? neutral, out GatewayError? error) =>
        throw new System.Diagnostics.UnreachableException();

    public virtual Uri? AddressIn(Endpoint endpoint) => null;

    public virtual GatewayError? WhyNot(Endpoint endpoint, InferenceRequest request) => null;

    public virtual bool PassesThrough(Endpoint endpoint, InferenceRequest request) => true;

    public virtual HttpContent Passthrough(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target) =>
        OperationBody.Write(body, request.Wish!, target); // a request of an operation has its wish

    public abstract AnswerFlow NewRewriter(AnswerContext context);

    /// <inheritdoc cref="TryReadNeutral"/>
    public virtual AnswerWriter NewWriter(AnswerContext context) => throw new System.Diagnostics.UnreachableException();

    public void AppendError(ref PooledBuffer output, AnswerContext context, GatewayError error)
    {
        using var flow = NewRewriter(context);
        flow.AppendError(error);
        output.Take(ref flow.Output);
    }
}
