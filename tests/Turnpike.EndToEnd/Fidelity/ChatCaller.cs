using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>Chat completions, read as OpenAI's and OpenRouter's clients gather them.</summary>
internal sealed class ChatCaller : ICallerSurface
{
    public string Name => "chat";

    public string Title => "Chat completions";

    public string Path => "/api/v1/chat/completions";

    public string ErrorTypeOf(string type) => type;

    public Told ReadWhole(JsonNode answer)
    {
        var told = new Told();
        var choice = answer["choices"]?[0];
        told.Demand((string?)answer["object"] == "chat.completion", "object is chat.completion");
        told.Demand(((string?)answer["id"])?.StartsWith("gen-", StringComparison.Ordinal) == true, "the id is ours");
        told.Demand(answer["choices"]?.AsArray().Count == 1, "there is one choice");
        told.Demand((string?)choice?["message"]?["role"] == "assistant", "the role is assistant");
        ReadMessage(told, choice!["message"]!.AsObject());
        (told.Finish, told.Native) = ((string?)choice["finish_reason"], (string?)choice["native_finish_reason"]);
        told.Weigh(choice["logprobs"]?["content"]);
        ReadUsage(told, answer["usage"]);
        return told;
    }

    public Told ReadError(int status, JsonNode answer) => WithError(new() { Status = status }, answer["error"]);

    public Told ReadStream(IReadOnlyList<SseItem> items)
    {
        var told = new Told();
        var chunks = items.Where(static i => i.Data is not null && !i.IsDone).Select(static i => JsonNode.Parse(i.Data!)!).ToList();
        var deltas = chunks.SelectMany(static c => c["choices"]!.AsArray()).Select(static c => c!["delta"]!.AsObject()).ToList();
        var finishes = chunks.SelectMany(static c => c["choices"]!.AsArray())
            .Select(static c => (string?)c!["finish_reason"]).Where(static f => f is not null).ToList();
        var error = chunks.Find(static c => c["error"] is not null)?["error"];
        told.Demand(chunks.TrueForAll(static c => (string?)c["object"] == "chat.completion.chunk"), "object is chat.completion.chunk");
        told.Demand(chunks.Select(static c => (string?)c["id"]).Distinct().Count() == 1, "all chunks have one id");
        told.Demand(chunks.Select(static c => (long?)c["created"]).Distinct().Count() == 1, "all chunks were made at one time");
        var isRoleFirst = deltas.Find(static d => d.Count > 0)?.ContainsKey("role") == true;
        told.Demand(isRoleFirst && deltas.Count(static d => d.ContainsKey("role")) == 1, "the role is told once, and first");
        told.Demand(finishes.Count == 1, "there is one finish_reason");
        told.Demand(items.Count(static i => i.IsDone) == (error is null ? 1 : 0), "[DONE] stands once, and not after an error");
        told.Demand(error is not null || items[^1].IsDone, "[DONE] is last");
        told.Demand(error is not null || chunks[^1]["usage"] is not null, "the last chunk has the usage");
        told.Demand(chunks.SkipLast(1).All(static c => c["usage"] is null), "usage stands in the last chunk alone");
        ReadMessage(told, Gather(told, deltas));
        told.Finish = finishes.LastOrDefault();
        foreach (var choice in chunks.SelectMany(static c => c["choices"]!.AsArray()))
        {
            told.Native = (string?)choice!["native_finish_reason"] ?? told.Native;
            told.Weigh(choice["logprobs"]?["content"]);
        }

        ReadUsage(told, chunks[^1]["usage"]);
        return error is null ? told : WithError(told, error);
    }

    public void GoOn(JsonObject request, Told told, string result)
    {
        var messages = request["messages"]!.AsArray();
        messages.Add(told.Turn[0]!.DeepClone());
        foreach (var (id, _, _) in told.Calls)
        {
            messages.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = id, ["content"] = result });
        }

        if (told.Calls.Count == 0)
        {
            messages.Add(new JsonObject { ["role"] = "user", ["content"] = result });
        }
    }

    private static void ReadMessage(Told told, JsonObject message)
    {
        told.Refusal = (string?)message["refusal"] ?? "";
        told.Text = (string?)message["content"] + told.Refusal;
        told.Reasoning = (string?)message["reasoning"] ?? (string?)message["reasoning_content"] ?? "";
        foreach (var call in message["tool_calls"]?.AsArray() ?? [])
        {
            told.Demand((string?)call!["type"] == "function", "a call is of type function");
            told.Calls.Add(((string)call["id"]!, (string)call["function"]!["name"]!, (string)call["function"]!["arguments"]!));
        }

        if (message["function_call"] is { } function)
        {
            told.Calls.Add(("function", (string)function["name"]!, (string)function["arguments"]!)); // it has no id
        }

        foreach (var source in message["annotations"]?.AsArray() ?? [])
        {
            told.Cite(source!["url_citation"]);
        }

        foreach (var image in message["images"]?.AsArray() ?? [])
        {
            told.Images.Add(((string)image!["image_url"]!["url"]!).Split(',')[^1]);
        }

        told.Turn.Add(message.DeepClone());
    }

    // One message of all deltas: texts are joined, calls and details by their index.
    private static JsonObject Gather(Told told, List<JsonObject> deltas)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = "" };
        var calls = new JsonArray();
        var details = new JsonArray();
        var lists = new Dictionary<string, JsonArray> { ["annotations"] = [], ["images"] = [] };
        foreach (var delta in deltas)
        {
            foreach (var (name, list) in lists)
            {
                foreach (var element in delta[name]?.AsArray() ?? [])
                {
                    list.Add(element!.DeepClone());
                }
            }

            if (delta["function_call"] is { } piece)
            {
                var function = (JsonObject)(message["function_call"] ??= new JsonObject());
                function["name"] = (string?)function["name"] + (string?)piece["name"];
                function["arguments"] = (string?)function["arguments"] + (string?)piece["arguments"];
            }

            foreach (var name in (string[])["content", "refusal", "reasoning", "reasoning_content"])
            {
                message[name] = (string?)delta[name] is { } text ? (string?)message[name] + text : message[name]?.DeepClone();
            }

            foreach (var call in delta["tool_calls"]?.AsArray() ?? [])
            {
                AddCall(told, calls, call!.AsObject());
            }

            foreach (var detail in delta["reasoning_details"]?.AsArray() ?? [])
            {
                AddDetail(details, detail!.AsObject());
            }
        }

        foreach (var (name, list) in lists.Where(static l => l.Value.Count > 0))
        {
            message[name] = list;
        }

        message["tool_calls"] = calls.Count > 0 ? calls : null;
        message["reasoning_details"] = details.Count > 0 ? details : null;
        foreach (var name in message.Where(static m => m.Value is null).Select(static m => m.Key).ToList())
        {
            message.Remove(name);
        }

        return message;
    }

    private static void AddCall(Told told, JsonArray calls, JsonObject delta)
    {
        var index = (int)delta["index"]!;
        if (index >= calls.Count)
        {
            var isBeginning = delta["id"] is not null && delta["function"]?["name"] is not null;
            told.Demand(index == calls.Count && isBeginning, "calls are numbered without gaps, and begin with id and name");
            calls.Add(delta.DeepClone());
            calls[^1]!.AsObject().Remove("index");
            calls[^1]!["function"]!["arguments"] = (string?)delta["function"]?["arguments"] ?? "";
            return;
        }

        told.Demand(delta["id"] is null && delta["function"]?["name"] is null, "id and name of a call come once");
        var function = calls[index]!["function"]!;
        function["arguments"] = (string?)function["arguments"] + (string?)delta["function"]?["arguments"];
    }

    private static void AddDetail(JsonArray details, JsonObject delta)
    {
        var known = details.FirstOrDefault(d => (string?)d!["type"] == (string?)delta["type"] && (int?)d["index"] == (int?)delta["index"])?.AsObject();
        if (known is null)
        {
            details.Add(delta.DeepClone());
            return;
        }

        foreach (var (name, value) in delta)
        {
            known[name] = name is "text" or "summary" or "data" ? (string?)known[name] + (string?)value : value?.DeepClone() ?? known[name]?.DeepClone();
        }
    }

    private static void ReadUsage(Told told, JsonNode? usage)
    {
        told.Count("prompt", usage?["prompt_tokens"]);
        told.Count("completion", usage?["completion_tokens"]);
        told.Count("cached", usage?["prompt_tokens_details"]?["cached_tokens"]);
        told.Count("written", usage?["prompt_tokens_details"]?["cache_write_tokens"]);
        told.Count("reasoning", usage?["completion_tokens_details"]?["reasoning_tokens"]);
        told.Cost = (decimal?)usage?["cost"];
    }

    private static Told WithError(Told told, JsonNode? error)
    {
        told.ErrorType = (string?)error?["metadata"]?["error_type"];
        told.ErrorMessage = (string?)error?["message"];
        told.Demand(error?["code"]?.GetValueKind() == System.Text.Json.JsonValueKind.Number, "an error's code is a number");
        return told;
    }
}
