using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>One candidate of an answer: where its members stand, as ranges of the candidate's own bytes.</summary>
internal struct GeminiCandidate
{
    public int Index { get; private set; }

    public Range? Content { get; private set; }

    /// <summary>The inside of the word's string.</summary>
    public Range? FinishReason { get; private set; }

    public Range? Grounding { get; private set; }

    public Range? Citations { get; private set; }

    public Range? Logprobs { get; private set; }

    /// <param name="data">An object.</param>
    public static GeminiCandidate Read(ReadOnlySpan<byte> data)
    {
        var read = default(GeminiCandidate);
        var json = new Utf8JsonReader(data);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            read.ReadMember(ref json);
        }

        return read;
    }

    private void ReadMember(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("content"u8))
        {
            Content = GeminiJson.Value(ref json, JsonTokenType.StartObject);
        }
        else if (json.ValueTextEquals("finishReason"u8))
        {
            FinishReason = GeminiJson.Text(ref json);
        }
        else if (json.ValueTextEquals("index"u8))
        {
            Index = (int)(GeminiJson.Count(ref json) ?? 0);
        }
        else if (json.ValueTextEquals("groundingMetadata"u8))
        {
            Grounding = GeminiJson.Value(ref json, JsonTokenType.StartObject);
        }
        else if (json.ValueTextEquals("citationMetadata"u8))
        {
            Citations = GeminiJson.Value(ref json, JsonTokenType.StartObject);
        }
        else if (json.ValueTextEquals("logprobsResult"u8))
        {
            Logprobs = GeminiJson.Value(ref json, JsonTokenType.StartObject);
        }
        else
        {
            GeminiJson.Pass(ref json);
        }
    }
}
