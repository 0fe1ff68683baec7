using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Reads errors of the Responses API: bodies, <c>error</c> events, and the error of a response that failed.</summary>
internal static class ResponsesErrorReader
{
    /// <summary>Reads a whole error body; never throws. A body that is not JSON is its own message.</summary>
    public static ProviderErrorBody Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.TryMember("error", out var error) ? ReadValue(error) : ReadValue(root);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new(GatewayErrors.Bounded(System.Text.Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 1000)]).Trim()), null, null, null);
        }
    }

    /// <summary>Reads an error object, or only its text. An event's own <c>type</c> is no type of an error.</summary>
    public static ProviderErrorBody ReadValue(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
        {
            return new(GatewayErrors.Bounded(error.ToString()), null, null, null);
        }

        var code = Word(error, "code");
        var type = Word(error, "type") is { } word and not ("error" or "response.error") ? word : null;
        return new(
            GatewayErrors.Bounded(error.Text("message") ?? "The provider gave no reason."),
            code,
            type,
            StatusOf(code) ?? StatusOf(type));
    }

    private static string? Word(JsonElement error, string name) =>
        !error.TryMember(name, out var value) ? null
        : value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? GatewayErrors.Bounded(value.ToString(), 128)
        : null;

    // What a status would have said, where the error came in an answer of status 200. Words that are not here are judged as any provider's.
    private static int? StatusOf(string? word) => word switch
    {
        null => null,
        "rate_limit_exceeded" or "insufficient_quota" => 429,
        "server_error" => 500,
        "server_is_overloaded" or "slow_down" => 503,
        "vector_store_timeout" => 504,
        "context_length_exceeded" or "invalid_prompt" or "invalid_request_error" or "content_filter" or "content_policy_violation" or "bio_policy"
            or "cyber_policy" or "string_above_max_length" or "unsupported_parameter" or "unsupported_value" => 400,
        _ when word.Contains("image", StringComparison.Ordinal) => 400, // invalid_image, image_too_large, failed_to_download_image and their like
        _ when int.TryParse(word, out var status) && status is >= 400 and < 600 => status,
        _ => null,
    };
}
