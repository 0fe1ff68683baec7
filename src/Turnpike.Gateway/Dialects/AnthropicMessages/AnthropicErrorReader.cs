using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Reads errors: <c>{"type":"error","error":{"type":…,"message":…}}</c>, as a body and as an event.</summary>
internal static class AnthropicErrorReader
{
    /// <summary>Reads a whole error body; never throws. A body that is not JSON is its own message.</summary>
    public static ProviderErrorBody Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException) // the second: no UTF-8
        {
            return new(GatewayErrors.Bounded(Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 1000)]).Trim()), null, null, null);
        }
    }

    /// <summary>Reads what carries an <c>error</c> member, or the error itself.</summary>
    public static ProviderErrorBody Read(JsonElement root)
    {
        var error = root.TryMember("error", out var inner) ? inner : root;
        if (error.ValueKind != JsonValueKind.Object)
        {
            return new(GatewayErrors.Bounded(error.ToString()), null, null, null);
        }

        var type = error.Text("type");
        return new(
            GatewayErrors.Bounded(error.Text("message") ?? "The provider gave no reason."),
            (error.Text("code") ?? (error.TryMember("details", out var details) ? details.Text("error_code") : null)) is { } code ? GatewayErrors.Bounded(code, 128) : null,
            type is null ? null : GatewayErrors.Bounded(type, 128),
            StatusOf(type));
    }

    // An error in a stream has no status of its own.
    private static int? StatusOf(string? type) => type switch
    {
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" => 404,
        "request_too_large" => 413,
        "rate_limit_error" => 429,
        "api_error" => 500,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => null,
    };
}
