using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>OpenAI's Responses, read as its official clients do.</summary>
internal sealed class ResponsesCaller : ICallerSurface
{
    public string Name => "responses";

    public string Title => "Responses";

    public string Path => "/api/v1/responses";

    public string ErrorTypeOf(string type) => type switch
    {
        "rate_limit_exceeded" or "context_length_exceeded" or "content_policy_violation" => type,
        "provider_overloaded" or "provider_unavailable" or "server" => "server_error",
        _ => "invalid_prompt",
    };

    public Told ReadWhole(JsonNode answer)
    {
        var told = new Told();
        told.Demand((string?)answer["object"] == "response", "object is response");
        told.Demand(((string?)answer["id"])?.StartsWith("gen-", StringComparison.Ordinal) == true, "the id is ours");
        foreach (var item in answer["output"]!.AsArray())
        {
            told.Turn.Add(item!.DeepClone());
            ReadItem(told, item);
        }

        told.Finish = ((string?)answer["status"], (string?)answer["incomplete_details"]?["reason"]) switch
        {
            ("completed", _) => told.Calls.Count > 0 ? "tool_calls" : "stop",
            ("incomplete", "max_output_tokens") => "length",
            ("incomplete", "content_filter") => "content_filter",
            ("failed", _) => "error",
            var (status, reason) => $"{status} {reason}",
        };
        ReadUsage(told, answer["usage"]);
        return told;
    }

    public Told ReadError(int status, JsonNode answer) => WithError(new() { Status = status }, answer["error"]);

    public Told ReadStream(IReadOnlyList<SseItem> items)
    {
        var events = items.Where(static i => i.Data is not null && !i.IsDone).Select(static i => JsonNode.Parse(i.Data!)!).ToList();
        var last = events[^1];
        var isFailed = (string?)last["type"] == "response.failed";
        var told = ReadWhole(last["response"] ?? new JsonObject { ["output"] = new JsonArray() });
        told.Demand(items.All(static i => i.Data is null || i.IsDone || i.Event == (string?)JsonNode.Parse(i.Data)!["type"]), "an event is called as its type");
        new ResponsesLifecycle(told, events).Check(isFailed);
        if (!isFailed)
        {
            return told;
        }

        told.Text = string.Concat(events.Where(static e => (string?)e["type"] == "response.output_text.delta").Select(static e => (string?)e["delta"]));
        return WithError(told, last["response"]!["error"]);
    }

    public void GoOn(JsonObject request, Told told, string result)
    {
        var input = request["input"]!.AsArray();
        foreach (var item in told.Turn)
        {
            input.Add(item!.DeepClone());
        }

        foreach (var (id, _, _) in told.Calls)
        {
            input.Add(new JsonObject { ["type"] = "function_call_output", ["call_id"] = id, ["output"] = result });
        }

        if (told.Calls.Count == 0)
        {
            input.Add(new JsonObject { ["role"] = "user", ["content"] = result });
        }
    }

    private static void ReadItem(Told told, JsonNode item)
    {
        switch ((string?)item["type"])
        {
            case "message":
                foreach (var part in item["content"]!.AsArray())
                {
                    told.Text += (string?)part!["text"] ?? (string?)part["refusal"];
                    told.Refusal += (string?)part["refusal"];
                    told.Weigh(part["logprobs"]);
                    foreach (var source in part["annotations"]?.AsArray() ?? [])
                    {
                        told.Cite(source);
                    }
                }

                break;
            case "image_generation_call":
                told.Images.Add((string?)item["result"]);
                break;
            case "reasoning":
                told.Reasoning += string.Concat((item["summary"]?.AsArray() ?? []).Concat(item["content"]?.AsArray() ?? []).Select(static p => (string?)p!["text"]));
                break;
            case "function_call":
                told.Calls.Add(((string)item["call_id"]!, (string)item["name"]!, (string)item["arguments"]!));
                break;
            default:
                told.Faults.Add($"an item of type {item["type"]}");
                break;
        }
    }

    private static void ReadUsage(Told told, JsonNode? usage)
    {
        told.Count("prompt", usage?["input_tokens"]);
        told.Count("completion", usage?["output_tokens"]);
        told.Count("cached", usage?["input_tokens_details"]?["cached_tokens"]);
        told.Count("written", usage?["input_tokens_details"]?["cache_write_tokens"]);
        told.Count("reasoning", usage?["output_tokens_details"]?["reasoning_tokens"]);
        told.Cost = (decimal?)usage?["cost"];
    }

    private static Told WithError(Told told, JsonNode? error)
    {
        told.ErrorType = (string?)error?["code"];
        told.ErrorMessage = (string?)error?["message"];
        return told;
    }
}
