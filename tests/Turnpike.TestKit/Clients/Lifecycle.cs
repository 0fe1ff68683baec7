using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.TestKit;

/// <summary>Reads the events of a Messages stream as strictly as the official accumulators rely on them.</summary>
public static class Lifecycle
{
    /// <summary>No escapes beyond those that JSON asks for.</summary>
    public static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The content blocks that a whole stream says; throws where an event stands where it must not.</summary>
    public static JsonArray Gather(IReadOnlyList<JsonNode> events)
    {
        var content = new JsonArray();
        var input = "";
        JsonObject? open = null;
        Demand(events, 0, "message_start");
        Demand(events, events.Count - 2, "message_delta");
        Demand(events, events.Count - 1, "message_stop");
        foreach (var read in events.Skip(1).SkipLast(2))
        {
            var type = (string?)read["type"];
            if (type == "ping")
            {
                continue;
            }

            if ((open is null) != (type == "content_block_start") || (int?)read["index"] != content.Count - (open is null ? 0 : 1))
            {
                throw new InvalidDataException($"An event out of its place: {read.ToJsonString()}");
            }

            if (type == "content_block_start")
            {
                content.Add(open = (JsonObject)read["content_block"]!.DeepClone());
                input = "";
            }
            else if (type == "content_block_delta")
            {
                input += Add(open!, (JsonObject)read["delta"]!);
            }
            else if (type == "content_block_stop")
            {
                if (input.Length > 0)
                {
                    open!["input"] = Parsed(input);
                }

                open = null;
            }
            else
            {
                throw new InvalidDataException($"An event that is none: {read.ToJsonString()}");
            }
        }

        return open is null ? content : throw new InvalidDataException("A block is still open at the end.");
    }

    // An input that was cut short is told as the text that came of it.
    private static JsonNode? Parsed(string input)
    {
        try
        {
            return JsonNode.Parse(input);
        }
        catch (JsonException)
        {
            return input;
        }
    }

    // What it says of a call's input; all else goes into the block.
    private static string Add(JsonObject block, JsonObject delta)
    {
        var (type, wanted, member) = (string?)delta["type"] switch
        {
            "text_delta" => ("text", "text", "text"),
            "thinking_delta" => ("thinking", "thinking", "thinking"),
            "signature_delta" => ("thinking", "signature", "signature"),
            "input_json_delta" => ("tool_use", "input", "partial_json"),
            "citations_delta" => ("text", "citations", "citation"),
            var other => throw new InvalidDataException($"A delta that is none: {other}"),
        };
        if ((string?)block["type"] != type)
        {
            throw new InvalidDataException($"A delta of a {type} block in a {block["type"]} block.");
        }

        if (wanted == "input")
        {
            return (string)delta[member]!;
        }

        if (wanted == "citations")
        {
            var citations = block["citations"] as JsonArray ?? [];
            citations.Add(delta[member]!.DeepClone());
            block["citations"] = citations.DeepClone();
        }
        else
        {
            block[wanted] = (string?)block[wanted] + (string?)delta[member];
        }

        return "";
    }

    private static void Demand(IReadOnlyList<JsonNode> events, int index, string type)
    {
        if (index < 0 || (string?)events[index]["type"] != type || events.Count(e => (string?)e["type"] == type) != 1)
        {
            throw new InvalidDataException($"{type} does not stand once, and in its place.");
        }
    }
}
