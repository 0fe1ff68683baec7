namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Why an answer ended, in Anthropic's words.</summary>
internal static class MessagesStop
{
    public const string MaxTokens = "max_tokens";

    /// <param name="native">The provider's word: one of Anthropic's own stands.</param>
    /// <param name="normalised">The contract's word; null where nobody said.</param>
    /// <param name="isRefused">The answer is a refusal, whatever was said of its end.</param>
    public static string Reason(string? native, string? normalised, bool hasCalls, bool isRefused, bool hasStopSequence) => (native, normalised) switch
    {
        ("pause_turn" or "model_context_window_exceeded" or "compaction", _) => native!,
        (_, FinishReasons.Length) => MaxTokens,
        (_, FinishReasons.ContentFilter) => "refusal",
        (_, "tool_calls") => "tool_use",
        _ when isRefused => "refusal",
        _ when hasCalls => "tool_use", // some providers say that they stopped
        ("stop_sequence" or "STOP_SEQUENCE", _) => "stop_sequence", // the second is Cohere's, which does not say which
        _ => hasStopSequence ? "stop_sequence" : "end_turn",
    };
}
