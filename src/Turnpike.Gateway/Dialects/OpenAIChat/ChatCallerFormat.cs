using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat.Completions;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>OpenAI Chat, with what OpenRouter adds to it, as callers speak it; and the text completions that were before it.</summary>
/// <param name="isCompletion">The address is that of text completions.</param>
internal sealed class ChatCallerFormat(bool isCompletion = false) : ICallerFormat
{
    public string Dialect => Core.Catalog.Dialects.OpenAIChat;

    public Operation Operation => Operation.Chat;

    public string ApiType => "completions";

    public bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error) =>
        ChatRequestReader.TryRead(body, out request, out error, isCompletion);

    public bool TryReadNeutral(ReadOnlyMemory<byte> body, InferenceRequest request, out NeutralRequest? neutral, out GatewayError? error) =>
        ChatNeutralReader.TryRead(body, request.IsPlain, out neutral, out error);

    public bool PassesThrough(Endpoint endpoint, InferenceRequest request) =>
        !request.IsForeign && endpoint.Dialect is Core.Catalog.Dialects.OpenAIChat or Core.Catalog.Dialects.AzureOpenAI or Core.Catalog.Dialects.Simulator
        && Fits(request, endpoint, endpoint.Provider.Quirks)
        && (endpoint.JsonSchema != false || (request.Parameters & RequestParameters.ResponseFormat) == 0);

    // What the provider would refuse, or understand otherwise, is written anew; all else goes as it came.
    private static bool Fits(InferenceRequest request, Endpoint endpoint, ProviderQuirks quirks) =>
        (request.Parameters & (quirks.Changed | endpoint.Unsupported)) == 0
        && quirks is { OtherParameters: null, StrictTurns: false }
        && (!request.HasFiles || quirks.DocumentForm == DocumentForm.File)
        && (!request.HasAudio || quirks.AudioForm == AudioForm.Object)
        && (!request.HasCacheMarks || quirks.CacheMarks)
        && (!request.HasReasoningHistory || quirks.ReasoningHistory == ReasoningHistory.Optional)
        && (request.Images == 0 || quirks.ImageUrls)
        && (!request.HasDeveloperRole || quirks.DeveloperRole)
        && (!request.HasNames || (quirks.MessageNames && quirks.ToolCallIdLength is null && quirks.ReasoningHistory != ReasoningHistory.Required))
        && (!request.IsBegun || quirks.PrefillForm is PrefillForm.None or PrefillForm.Plain);

    public HttpContent Passthrough(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target)
    {
        var quirks = target.Endpoint.Provider.Quirks;
        return ChatRequestWriter.Of(
            body,
            request,
            new ChatTarget(target.Model, quirks.OutputLimitField, quirks.StreamOptions),
            target.AffordedOutput,
            target.User is { } user ? JsonText.Quote(user) : default(ReadOnlyMemory<byte>),
            target.CacheKey is { } key ? JsonText.Quote(key) : default(ReadOnlyMemory<byte>));
    }

    public AnswerFlow NewRewriter(AnswerContext context) => new ChatAnswerFlow(context);

    public AnswerWriter NewWriter(AnswerContext context) => context.Request switch
    {
        { IsTextCompletion: true, Stream: true } => new CompletionStreamWriter(context),
        { IsTextCompletion: true } => new CompletionWholeWriter(context),
        { Stream: true } => new ChatStreamWriter(context),
        _ => new ChatWholeWriter(context),
    };
}
