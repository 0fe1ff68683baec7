using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>Compares JSON with a part of it that is expected: objects may have more members, arrays may not have more elements.</summary>
internal static class JsonPart
{
    /// <summary>Expected where something must be, whatever it is.</summary>
    public const string Anything = "(anything)";

    /// <summary>Expected where nothing may be.</summary>
    public const string Nothing = "(nothing)";

    /// <summary>What differs, each with the way to it.</summary>
    public static IEnumerable<string> Differences(JsonNode? expected, JsonNode? actual, string path = "")
    {
        switch (expected)
        {
            case JsonObject members when actual is JsonObject others:
                return members.SelectMany(m => Member(m.Value, others, m.Key, $"{path}.{m.Key}"));
            case JsonArray elements when actual is JsonArray others && elements.Count == others.Count:
                return elements.SelectMany((e, i) => Differences(e, others[i], $"{path}[{i}]"));
            default:
                return JsonNode.DeepEquals(expected, actual) ? [] : [Difference(path, expected, actual)];
        }
    }

    private static IEnumerable<string> Member(JsonNode? expected, JsonObject actual, string name, string path)
    {
        var word = expected is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string?)value : null;
        return word switch
        {
            Nothing => actual.ContainsKey(name) ? [Difference(path, expected, actual[name])] : [],
            Anything => actual[name] is null ? [Difference(path, expected, null)] : [],
            _ => Differences(expected, actual[name], path),
        };
    }

    private static string Difference(string path, JsonNode? expected, JsonNode? actual) =>
        $"{path}: expected {Text(expected)}, got {Text(actual)}";

    private static string Text(JsonNode? node)
    {
        var text = node?.ToJsonString(Lifecycle.Relaxed) ?? "null";
        return text.Length > 600 ? text[..600] + "…" : text;
    }
}
