using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>The rules of a Responses stream: numbered events, every item and part opened and closed once and around its deltas, which together are
/// what is told at the end.</summary>
internal sealed class ResponsesLifecycle(Told told, IReadOnlyList<JsonNode> events)
{
    private readonly Dictionary<string, string> _texts = [];
    private readonly List<JsonNode> _items = []; // as they were added, then as they were done
    private readonly HashSet<int> _open = [];
    private readonly HashSet<string> _parts = [];

    public void Check(bool isFailed)
    {
        for (var i = 0; i < events.Count; i++)
        {
            told.Demand((int?)events[i]["sequence_number"] == i, $"event {i} has the sequence_number {events[i]["sequence_number"]}");
            Take(events[i], i);
        }

        var last = (string?)events[^1]["type"];
        told.Demand(last is "response.completed" or "response.incomplete" or "response.failed", $"the last event is {last}");
        told.Demand(events.Count(static e => IsEnd((string?)e["type"])) == 1, "a response ends once");
        if (isFailed)
        {
            told.Demand(_open.Count > 0, "what was cut is not told as done");
            return;
        }

        told.Demand(_open.Count == 0 && _parts.Count == 0, "everything that was opened is closed");
        var output = new JsonArray([.. _items.Select(static i => i.DeepClone())]);
        told.Demand(JsonNode.DeepEquals(output, events[^1]["response"]!["output"]), "the output is what the items were when they were done");
    }

    private static bool IsEnd(string? type) => type is "response.completed" or "response.incomplete" or "response.failed";

    private void Take(JsonNode read, int number)
    {
        var type = (string)read["type"]!;
        switch (type)
        {
            case "response.created" or "response.in_progress":
                told.Demand(number == (type == "response.created" ? 0 : 1), $"{type} stands at the beginning");
                break;
            case "response.output_item.added":
                told.Demand((int)read["output_index"]! == _items.Count && _open.Add(_items.Count), "items are numbered as they are added");
                _items.Add(read["item"]!);
                break;
            case "response.output_item.done":
                var index = (int)read["output_index"]!;
                told.Demand(_open.Remove(index) && (string?)_items[index]["id"] == (string?)read["item"]!["id"], "an item is done once, under its id");
                _items[index] = read["item"]!;
                break;
            case "response.content_part.added" or "response.reasoning_summary_part.added":
                told.Demand(_parts.Add(KeyOf(read)), "a part is added once");
                break;
            case "response.content_part.done" or "response.reasoning_summary_part.done":
                told.Demand(_parts.Remove(KeyOf(read)), "a part is done once");
                break;
            default:
                TakeText(read, type);
                break;
        }
    }

    private void TakeText(JsonNode read, string type)
    {
        if (IsEnd(type))
        {
            return;
        }

        told.Demand(_open.Contains((int?)read["output_index"] ?? -1), $"{type} belongs to an open item");
        var isArguments = type.StartsWith("response.function_call_arguments.", StringComparison.Ordinal);
        told.Demand(isArguments || _parts.Contains(KeyOf(read)), $"{type} belongs to an open part");
        var key = KeyOf(read) + (isArguments ? "arguments" : "");
        if (type.EndsWith(".delta", StringComparison.Ordinal))
        {
            _texts[key] = _texts.GetValueOrDefault(key) + (string)read["delta"]!;
        }
        else if (type.EndsWith(".done", StringComparison.Ordinal))
        {
            told.Demand(_texts.GetValueOrDefault(key, "") == (string?)(read["text"] ?? read["arguments"] ?? read["refusal"]), $"{type} tells what the deltas told");
        }
        else
        {
            told.Demand(type.EndsWith(".annotation.added", StringComparison.Ordinal), $"an event that is none: {type}");
        }
    }

    private static string KeyOf(JsonNode read) => $"{read["item_id"]} {read["content_index"]} {(read["summary_index"] is { } summary ? $"s{summary}" : "")}";
}
