using System.Buffers;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Ollama;

/// <summary>Tells a list of tokens as OpenAI's <c>logprobs</c> object, whose entries have all members whether Ollama sent them or not.</summary>
internal static class OllamaLogprobs
{
    public static void Tell(JsonElement tokens, AnswerSink sink)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = JsonWriting.To(output))
        {
            json.WriteStartObject();
            WriteTokens(json, "content", tokens, hasTops: true);
            json.WriteNull("refusal"u8);
            json.WriteEndObject();
        }

        sink.Logprobs(0, output.WrittenSpan);
    }

    private static void WriteTokens(Utf8JsonWriter json, string name, JsonElement tokens, bool hasTops)
    {
        json.WriteStartArray(name);
        foreach (var token in tokens.ValueKind == JsonValueKind.Array ? tokens.EnumerateArray() : default)
        {
            json.WriteStartObject();
            var text = token.Text("token") ?? "";
            json.WriteString("token"u8, text);
            json.WriteNumber("logprob"u8, token.Number("logprob") ?? 0);
            WriteBytes(json, token, text);
            if (hasTops)
            {
                WriteTokens(json, "top_logprobs", token.TryMember("top_logprobs", out var tops) ? tops : default, hasTops: false);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteBytes(Utf8JsonWriter json, JsonElement token, string text)
    {
        if (token.TryMember("bytes", out var bytes))
        {
            json.WritePropertyName("bytes"u8);
            bytes.WriteTo(json);
            return;
        }

        json.TokenBytes(text);
    }
}
