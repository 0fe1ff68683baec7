using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Anthropic's Messages API as callers speak it.</summary>
internal sealed class MessagesCallerFormat : ICallerFormat
{
    public string Dialect => Core.Catalog.Dialects.AnthropicMessages;

    public Operation Operation => Operation.Chat;

    public string ApiType => "messages";

    public IReadOnlyList<PassedHeader> PassedHeaders { get; } =
    [
        new("anthropic-version", "anthropic-version"),
        new("anthropic-beta", "anthropic-beta"),
        new("x-anthropic-beta", "anthropic-beta"),
    ];

    public bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error) =>
        MessagesRequestReader.TryRead(body, out request, out error);

    public bool TryReadNeutral(ReadOnlyMemory<byte> body, InferenceRequest request, out NeutralRequest? neutral, out GatewayError? error) =>
        MessagesNeutralReader.TryRead(body, request.IsPlain, out neutral, out error);

    // What another dialect's model thought or named no Anthropic takes: then the turns are written anew, without it.
    public bool PassesThrough(Endpoint endpoint, InferenceRequest request) =>
        endpoint.Dialect == Core.Catalog.Dialects.AnthropicMessages && request is { HasForeignReasoning: false, IsForeign: false };

    public HttpContent Passthrough(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target) =>
        MessagesRequestBody.Of(body, request, target);

    public AnswerFlow NewRewriter(AnswerContext context) => new MessagesAnswerFlow(context);

    public AnswerWriter NewWriter(AnswerContext context) => new MessagesAnswerWriter(context);
}
