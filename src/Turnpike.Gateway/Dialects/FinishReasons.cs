namespace Turnpike.Gateway.Dialects;

/// <summary>Puts a provider's finish reason into the words of the contract: stop, length, tool_calls, content_filter, error.</summary>
internal static class FinishReasons
{
    public const string Stop = "stop";

    public const string Length = "length";

    public const string ToolCalls = "tool_calls";

    public const string ContentFilter = "content_filter";

    public const string Error = "error";

    /// <summary>The normalised word; a word that is not known stays as it is.</summary>
    public static string Normalise(string native) => native switch
    {
        "eos" or "end_turn" or "stop_sequence" or "STOP" or "COMPLETE" or "complete" or "eos_token" or "done" => Stop,
        "max_tokens" or "MAX_TOKENS" or "model_length" or "token_limit" or "max_output_tokens" => Length,
        "tool_use" or "tool_call" or "TOOL_CALL" => ToolCalls,
        "SAFETY" or "safety" or "RECITATION" or "content_filtered" or "sensitive" => ContentFilter,
        "network_error" or "insufficient_system_resource" => Error,
        _ => native,
    };

    /// <summary>The usual words as one string each, so that reading them makes none.</summary>
    public static string Intern(ref System.Text.Json.Utf8JsonReader json) =>
        json.ValueTextEquals("stop"u8) ? Stop
        : json.ValueTextEquals("length"u8) ? Length
        : json.ValueTextEquals("tool_calls"u8) ? ToolCalls
        : Core.Errors.GatewayErrors.Bounded(json.GetString()!, 64);
}
