using System.Buffers;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.CohereV2;

/// <summary>Tells probabilities as OpenAI's <c>logprobs</c> object. Cohere has a text for one or several tokens, which cannot be told apart: such a text
/// is one entry, as probable as its tokens together.</summary>
internal static class CohereLogprobs
{
    /// <param name="items">A list of texts with the probabilities of their tokens, or one.</param>
    public static void Tell(JsonElement items, AnswerSink sink)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = JsonWriting.To(output))
        {
            json.WriteStartObject();
            json.WriteStartArray("content"u8);
            foreach (var item in items.ValueKind == JsonValueKind.Array ? [.. items.EnumerateArray()] : new[] { items })
            {
                Write(json, item);
            }

            json.WriteEndArray();
            json.WriteNull("refusal"u8);
            json.WriteEndObject();
        }

        sink.Logprobs(0, output.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, JsonElement item)
    {
        if (!item.TryMember("logprobs", out var tokens) || tokens.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var text = item.Text("text") ?? "";
        json.WriteStartObject();
        json.WriteString("token"u8, text);
        var sum = tokens.EnumerateArray().Sum(static t => t.ValueKind == JsonValueKind.Number ? t.GetDouble() : 0);
        json.WriteNumber("logprob"u8, double.IsFinite(sum) ? sum : 0);
        json.TokenBytes(text);
        json.WriteStartArray("top_logprobs"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
