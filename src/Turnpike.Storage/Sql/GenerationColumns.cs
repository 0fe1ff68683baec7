namespace Turnpike.Storage.Sql;

/// <summary>The columns of a generation, in the order in which the stores write them.</summary>
internal static class GenerationColumns
{
    /// <summary>Key, amounts and numbers.</summary>
    public static IReadOnlyList<string> Numbers { get; } =
    [
        "account_id", "id", "key_hash", "created_at", "charged", "cost", "prompt_cost", "basis", "streamed", "cancelled",
        "prompt_tokens", "completion_tokens", "cached_tokens", "cache_write_tokens", "reasoning_tokens", "prompt_audio_tokens",
        "completion_audio_tokens", "completion_image_tokens", "latency_ms", "generation_ms", "images_in",
    ];

    /// <summary>Texts, in the order in which the journal has them.</summary>
    public static IReadOnlyList<string> Texts { get; } =
    [
        "model", "provider_name", "endpoint_id", "api_type", "finish_reason", "native_finish_reason", "upstream_id", "service_tier",
        "external_user", "session_id", "http_referer", "app_title", "user_agent", "request_id", "error_type",
        "price_row", "details",
    ];

    public const string Attempts = "attempts";

    public static IReadOnlyList<string> All { get; } = [.. Numbers, .. Texts, Attempts];
}
