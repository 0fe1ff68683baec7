using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Ollama;

/// <summary>Reads errors: <c>{"error":"…"}</c>; the status says the rest.</summary>
internal static class OllamaErrorReader
{
    private const string NoReason = "The provider gave no reason.";

    /// <summary>Reads a whole error body; never throws. A body that is not JSON is its own message.</summary>
    public static ProviderErrorBody Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return new(MessageOf(document.RootElement), null, null, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException) // the second: no UTF-8
        {
            return new(GatewayErrors.Bounded(Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 1000)]).Trim()), null, null, null);
        }
    }

    /// <summary>An error in a stream, raw: a fault of the server, since it had let the request in.</summary>
    /// <exception cref="InvalidOperationException">A text is not valid Unicode.</exception>
    public static ProviderErrorBody ReadInStream(ReadOnlySpan<byte> value)
    {
        var json = new Utf8JsonReader(value);
        using var document = JsonDocument.ParseValue(ref json);
        return new(TextOf(document.RootElement) ?? NoReason, null, null, 500);
    }

    private static string MessageOf(JsonElement root) => (root.TryMember("error", out var error) ? TextOf(error) : null) ?? NoReason;

    // A proxy before it may have OpenAI's shape.
    private static string? TextOf(JsonElement error) =>
        (error.ValueKind == JsonValueKind.String ? error.GetString() : error.Text("message")) is { Length: > 0 } text ? GatewayErrors.Bounded(text) : null;
}
