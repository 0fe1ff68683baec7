using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Text, never null; it may be empty where the caller sent an empty text.</summary>
/// <remarks>What a caller said is a slice of its body, and lives as long as that does: most texts go to a provider as they came, and are decoded only
/// where somebody asks what they say.</remarks>
internal sealed record TextPart : Part
{
    private readonly ReadOnlyMemory<byte> _json; // a JSON string with its quotes; empty where the text is not from a body

    public TextPart(string text) => Text = text;

    private TextPart(ReadOnlyMemory<byte> json) => _json = json;

    public string Text
    {
        get => field ??= Decoded();
        init
        {
            field = value;
            _json = default;
        }
    }

    public bool IsEmpty => _json.IsEmpty ? Text.Length == 0 : _json.Length == 2;

    /// <summary>Nothing but white space.</summary>
    public bool IsBlank => (_json.IsEmpty || !char.IsAsciiLetterOrDigit((char)_json.Span[1])) && string.IsNullOrWhiteSpace(Text);

    /// <summary>Of a JSON string with its quotes, a slice of a body.</summary>
    public static TextPart OfJson(ReadOnlyMemory<byte> json) => new(json);

    /// <summary>Of a JSON string in a body.</summary>
    public static TextPart Of(JsonElement value, ReadOnlyMemory<byte> body) => new(value.Slice(body));

    /// <summary>Of the member <c>text</c>; null where it is missing or no string.</summary>
    public static TextPart? OfPart(JsonElement part, ReadOnlyMemory<byte> body) =>
        part.TryMember("text"u8, out var text) && text.ValueKind == JsonValueKind.String ? Of(text, body) : null;

    /// <summary>Writes it as a JSON string.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        if (_json.IsEmpty)
        {
            json.WriteStringValue(Text);
        }
        else
        {
            json.WriteRawValue(_json.Span, skipInputValidation: true);
        }
    }

    private string Decoded()
    {
        var json = new Utf8JsonReader(_json.Span);
        json.Read();
        return json.GetString()!;
    }
}
