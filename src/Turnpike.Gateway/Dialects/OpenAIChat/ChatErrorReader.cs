using System.Text.Json;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads the error of a provider, in the forms that OpenAI-compatible providers use.</summary>
internal static class ChatErrorReader
{
    /// <summary>Reads a whole error body; never throws. A body that is not JSON is its own message.</summary>
    public static ProviderErrorBody Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new(GatewayErrors.Bounded(System.Text.Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 1000)]).Trim()), null, null, null);
        }
    }

    /// <summary>Reads the value of an <c>error</c> member: an object, or only its text.</summary>
    public static ProviderErrorBody ReadValue(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
        {
            return new(GatewayErrors.Bounded(error.ToString()), null, null, null);
        }

        var code = Text(error, "code");
        return new(
            Text(error, "message") ?? Text(error, "detail") ?? "The provider gave no reason.",
            code,
            Text(error, "type"),
            int.TryParse(code, out var status) && status is >= 400 and < 600 ? status : null);
    }

    private static ProviderErrorBody Read(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
        {
            root = root[0]; // Gemini's compatible endpoint wraps its error in an array
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return new(GatewayErrors.Bounded(root.ToString()), null, null, null);
        }

        return root.TryGetProperty("error", out var error) ? ReadValue(error) : ReadValue(root);
    }

    private static string? Text(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) ? null
        : value.ValueKind switch
        {
            JsonValueKind.String => GatewayErrors.Bounded(value.GetString()!),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.Object or JsonValueKind.Array => GatewayErrors.Bounded(value.GetRawText()),
            _ => null,
        };
}
