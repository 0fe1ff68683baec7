using System.Text;
using System.Text.Json;

namespace Turnpike.Benchmarks.Auto;

/// <summary>A prompt of the labelled set, and what a person says that it asks for.</summary>
/// <param name="Kind">The word of the task.</param>
/// <param name="Band">easy, medium or hard.</param>
public sealed record LabelledPrompt(string Kind, string Band, string Language, string With, string Text)
{
    /// <summary>The prompt as a chat request, with tools or a JSON answer where the set says so.</summary>
    public byte[] Body()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("model", "openrouter/auto");
            json.WriteStartArray("messages");
            json.WriteStartObject();
            json.WriteString("role", "user");
            json.WriteString("content", Text);
            json.WriteEndObject();
            json.WriteEndArray();
            var extra = With switch
            {
                "tools" => ("tools", """[{"type":"function","function":{"name":"act","parameters":{"type":"object"}}}]"""),
                "json" => ("response_format", """{"type":"json_object"}"""),
                _ => default,
            };
            if (extra.Item1 is not null)
            {
                json.WritePropertyName(extra.Item1);
                json.WriteRawValue(extra.Item2);
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
