using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>An answer, or an event of a stream, which has the same form: where in it its members stand.</summary>
internal struct GeminiEvent
{
    public Range? Candidates { get; private set; }

    public Range? Usage { get; private set; }

    public Range? Feedback { get; private set; }

    public Range? Error { get; private set; }

    /// <summary>The inside of the id's string.</summary>
    public Range? ResponseId { get; private set; }

    /// <summary>It is an answer, or a part of one.</summary>
    public readonly bool SaysAnything => Candidates is not null || Feedback is not null || Error is not null;

    /// <summary>False where it is no object.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, out GeminiEvent read)
    {
        read = default;
        var json = new Utf8JsonReader(data);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            read.ReadMember(ref json);
        }

        return !json.Read();
    }

    private void ReadMember(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("candidates"u8))
        {
            Candidates = GeminiJson.Value(ref json, JsonTokenType.StartArray);
        }
        else if (json.ValueTextEquals("usageMetadata"u8))
        {
            Usage = GeminiJson.Value(ref json, JsonTokenType.StartObject);
        }
        else if (json.ValueTextEquals("promptFeedback"u8))
        {
            Feedback = GeminiJson.Value(ref json, JsonTokenType.StartObject);
        }
        else if (json.ValueTextEquals("error"u8))
        {
            Error = GeminiJson.Value(ref json, JsonTokenType.StartObject);
        }
        else if (json.ValueTextEquals("responseId"u8))
        {
            ResponseId = GeminiJson.Text(ref json);
        }
        else
        {
            GeminiJson.Pass(ref json);
        }
    }
}
