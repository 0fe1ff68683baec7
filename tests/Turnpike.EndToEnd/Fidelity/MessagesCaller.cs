using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>Anthropic's Messages, read as strictly as its official accumulators do.</summary>
internal sealed class MessagesCaller : ICallerSurface
{
    public string Name => "messages";

    public string Title => "Messages";

    public string Path => "/api/v1/messages";

    public string ErrorTypeOf(string type) => type switch
    {
        "rate_limit_exceeded" => "rate_limit_error",
        "provider_overloaded" => "overloaded_error",
        "provider_unavailable" or "server" => "api_error",
        _ => "invalid_request_error",
    };

    public Told ReadWhole(JsonNode answer)
    {
        var told = new Told();
        told.Demand((string?)answer["type"] == "message" && (string?)answer["role"] == "assistant", "it is a message of the assistant");
        told.Demand(((string?)answer["id"])?.StartsWith("gen-", StringComparison.Ordinal) == true, "the id is ours");
        Read(told, answer["content"]!.AsArray(), (string?)answer["stop_reason"], answer["usage"]!.AsObject());
        told.Stopped = (string?)answer["stop_sequence"];
        return told;
    }

    public Told ReadError(int status, JsonNode answer)
    {
        var told = WithError(new() { Status = status }, answer);
        told.Demand(answer["request_id"] is not null, "an error has a request_id");
        return told;
    }

    public Told ReadStream(IReadOnlyList<SseItem> items)
    {
        var told = new Told();
        var events = items.Where(static i => i.Data is not null).Select(static i => JsonNode.Parse(i.Data!)!).ToList();
        told.Demand(items.All(static i => i.Data is null || i.Event == (string?)JsonNode.Parse(i.Data)!["type"]), "an event is called as its type");
        if ((string?)events[^1]["type"] == "error")
        {
            told.Demand(events.TrueForAll(static e => (string?)e["type"] is not ("message_delta" or "message_stop")), "nothing ends after an error");
            told.Demand(Count(events, "content_block_stop") < Count(events, "content_block_start"), "what was cut is not told as done");
            told.Text = string.Concat(events.Select(static e => (string?)e["delta"]?["text"]));
            told.Finish = "error";
            return WithError(told, events[^1]);
        }

        try
        {
            var usage = (JsonObject)events[0]["message"]!["usage"]!.DeepClone();
            foreach (var (name, value) in events[^2]["usage"]!.AsObject())
            {
                usage[name] = value?.DeepClone();
            }

            Read(told, Lifecycle.Gather(events), (string?)events[^2]["delta"]?["stop_reason"], usage);
            told.Stopped = (string?)events[^2]["delta"]?["stop_sequence"];
        }
        catch (InvalidDataException e)
        {
            told.Faults.Add(e.Message);
        }

        return told;
    }

    public void GoOn(JsonObject request, Told told, string result)
    {
        var messages = request["messages"]!.AsArray();
        messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = told.Turn.DeepClone() });
        JsonNode content = told.Calls.Count == 0 ? JsonValue.Create(result) : new JsonArray([.. told.Calls.Select(c =>
            new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = c.Id, ["content"] = result })]);
        messages.Add(new JsonObject { ["role"] = "user", ["content"] = content });
    }

    private static int Count(List<JsonNode> events, string type) => events.Count(e => (string?)e["type"] == type);

    private static void Read(Told told, JsonArray content, string? stopReason, JsonObject usage)
    {
        foreach (var block in content)
        {
            told.Turn.Add(block!.DeepClone());
            told.Text += (string?)block["type"] == "text" ? (string?)block["text"] : "";
            told.Reasoning += (string?)block["thinking"];
            foreach (var citation in block["citations"]?.AsArray() ?? [])
            {
                told.Cite(citation);
            }

            if ((string?)block["type"] == "image")
            {
                told.Images.Add((string?)block["source"]!["data"]);
            }

            if ((string?)block["type"] == "tool_use")
            {
                told.Calls.Add(((string)block["id"]!, (string)block["name"]!, block["input"]!.ToJsonString(Lifecycle.Relaxed)));
            }
        }

        told.Finish = stopReason switch
        {
            "end_turn" or "stop_sequence" => "stop",
            "max_tokens" => "length",
            "tool_use" => "tool_calls",
            "refusal" => "content_filter",
            _ => stopReason,
        };
        told.Count("cached", usage["cache_read_input_tokens"]);
        told.Count("written", usage["cache_creation_input_tokens"]);
        told.Count("completion", usage["output_tokens"]);
        told.Count("reasoning", usage["output_tokens_details"]?["thinking_tokens"]);
        told.Usage["prompt"] = (long)usage["input_tokens"]! + told.Usage.GetValueOrDefault("cached") + told.Usage.GetValueOrDefault("written");
        told.Cost = (decimal?)usage["cost"];
    }

    private static Told WithError(Told told, JsonNode answer)
    {
        told.Demand((string?)answer["type"] == "error", "an error is of type error");
        told.Demand(answer["error"]?["error_type"] is not null, "an error says its error_type");
        told.ErrorType = (string?)answer["error"]?["type"];
        told.ErrorMessage = (string?)answer["error"]?["message"];
        return told;
    }
}
