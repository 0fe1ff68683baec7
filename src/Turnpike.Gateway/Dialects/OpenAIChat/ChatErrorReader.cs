using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

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

        var code = PolicyCode(error) ?? Text(error, "code");
        return new(
            Text(error, "message") ?? Text(error, "msg") ?? Text(error, "detail") ?? "The provider gave no reason.",
            code,
            Text(error, "type"),
            int.TryParse(code, out var status) && status is >= 400 and < 600 ? status : null);
    }

    // Azure says what its filter did inside the error, of chat and of images under two names; the code outside differs from address to address.
    private static string? PolicyCode(JsonElement error) =>
        (Find(error, "innererror") ?? Find(error, "inner_error")) is { ValueKind: JsonValueKind.Object } inner
        && Text(inner, "code") is "ResponsibleAIPolicyViolation" and var code ? code : null;

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

        return Find(root, "error") is not { } error ? ReadBare(root) ?? ReadValue(root)
            : error.ValueKind == JsonValueKind.Object ? ReadValue(error)
            : ReadValue(error) with { Code = Text(root, "code") };
    }

    /// <summary>Reads an error that stands where an answer should, in the forms that have no <c>error</c>; null where it is none.</summary>
    public static ProviderErrorBody? TryReadBare(ReadOnlySpan<byte> answer)
    {
        var json = new Utf8JsonReader(answer);
        using var document = JsonDocument.ParseValue(ref json);
        return ReadBare(document.RootElement);
    }

    private static ProviderErrorBody? ReadBare(JsonElement root)
    {
        if (Find(root, "base_resp") is { ValueKind: JsonValueKind.Object } reply)
        {
            return reply.Integer("status_code") is { } code and not 0 ? OfMiniMax(code, reply.Text("status_msg")) : null;
        }

        if (Find(root, "errors") is { ValueKind: JsonValueKind.Array } errors && errors.GetArrayLength() > 0)
        {
            return ReadValue(errors[0]);
        }

        if (Find(root, "fault") is { ValueKind: JsonValueKind.Object } fault)
        {
            return new(Text(fault, "faultstring") ?? "The provider gave no reason.", Find(fault, "detail") is { } cause ? Text(cause, "errorcode") : null, null, null);
        }

        if (Find(root, "detail") is { } detail)
        {
            return detail switch
            {
                { ValueKind: JsonValueKind.Object } => ReadValue(Find(detail, "error") ?? detail),
                { ValueKind: JsonValueKind.Array } when detail.GetArrayLength() > 0 => ReadValue(detail[0]),
                _ => ReadValue(detail),
            };
        }

        return Text(root, "message") is not null && (Text(root, "code") ?? Text(root, "type")) is not null ? ReadValue(root) : null;
    }

    // Its own codes, with status 200.
    private static ProviderErrorBody OfMiniMax(long code, string? message) => new(
        GatewayErrors.Bounded(message ?? "The provider gave no reason."),
        code.ToString(System.Globalization.CultureInfo.InvariantCulture),
        null,
        code switch
        {
            1002 or 1039 or 1041 or 2045 => 429,
            1004 or 2049 => 401,
            1008 => 402,
            1001 => 504,
            1026 or 1027 or 1042 or 2013 => 400,
            _ => null,
        });

    private static JsonElement? Find(JsonElement element, string name) => element.TryMember(name, out var value) ? value : null;

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
