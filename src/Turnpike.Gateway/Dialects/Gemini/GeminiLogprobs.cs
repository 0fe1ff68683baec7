using System.Buffers;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Tells <c>logprobsResult</c> as OpenAI's <c>logprobs</c> object.</summary>
internal static class GeminiLogprobs
{
    public static void Tell(int choice, ReadOnlySpan<byte> data, AnswerSink sink)
    {
        var read = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref read);
        if (!document.RootElement.TryMember("chosenCandidates", out var chosen) || chosen.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var tops = document.RootElement.TryMember("topCandidates", out var top) && top.ValueKind == JsonValueKind.Array ? top.EnumerateArray().ToList() : [];
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = JsonWriting.To(output))
        {
            json.WriteStartObject();
            json.WriteStartArray("content"u8);
            foreach (var (number, token) in chosen.EnumerateArray().Index())
            {
                WriteToken(json, token, number < tops.Count ? tops[number] : default);
            }

            json.WriteEndArray();
            json.WriteNull("refusal"u8);
            json.WriteEndObject();
        }

        sink.Logprobs(choice, output.WrittenSpan);
    }

    private static void WriteToken(Utf8JsonWriter json, JsonElement token, JsonElement others)
    {
        json.WriteStartObject();
        WriteMembers(json, token);
        json.WriteStartArray("top_logprobs"u8);
        if (others.TryMember("candidates", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var other in list.EnumerateArray())
            {
                json.WriteStartObject();
                WriteMembers(json, other);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, JsonElement token)
    {
        var text = token.Text("token") ?? "";
        json.WriteString("token"u8, text);
        json.WriteNumber("logprob"u8, token.Number("logProbability") ?? 0); // a zero is left out
        json.TokenBytes(text);
    }
}
