using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>Compares what a caller was told with the words of <c>expected.json</c>.</summary>
internal static class Expectation
{
    private static readonly string[] _words =
        ["model", "endpoint", "text", "json", "reasoning", "refusal", "calls", "citations", "images", "logprobs", "finish", "native", "stopped", "usage", "error", "dropped", "reply", "cut", "isRefused", "notExpressible", "missing"];

    public static IEnumerable<string> Differences(JsonObject expected, Told told, ICallerSurface surface)
    {
        foreach (var word in expected.Select(static m => m.Key).Except(_words))
        {
            yield return $"expected.json has {word}, which is no word";
        }

        var error = expected["error"];
        var status = expected["cut"] is not null ? 200 : (int?)error?["status"] ?? 200;
        if (told.Status != status)
        {
            yield return $"status: expected {status}, got {told.Status} {told.ErrorMessage}";
        }

        foreach (var difference in told.Faults.Concat(error is null ? OfAnswer(expected, told) : OfError(error, told, surface)))
        {
            yield return difference;
        }

        if (expected["text"] is { } text && (string)text! != told.Text)
        {
            yield return $"text: expected {text.ToJsonString(Lifecycle.Relaxed)}, got {told.Text}";
        }

        if (expected["json"] is { } json && !JsonNode.DeepEquals(json, Parsed(told.Text)))
        {
            yield return $"text: expected {json.ToJsonString(Lifecycle.Relaxed)}, got {told.Text}";
        }

        foreach (var (name, got) in ((string, string?)[])[("finish", told.Finish), ("refusal", told.Refusal)])
        {
            if ((string?)expected[name] is { } word && word != got)
            {
                yield return $"{name}: expected {word}, got {got}";
            }
        }

        if (told.Native is not null && (string?)expected["native"] is { } native && native != told.Native)
        {
            yield return $"native: expected {native}, got {told.Native}";
        }
    }

    private static IEnumerable<string> OfAnswer(JsonObject expected, Told told)
    {
        if (told.ErrorMessage is not null)
        {
            yield return $"an error: {told.ErrorMessage}";
        }

        var reasoning = (string?)expected["reasoning"] ?? "";
        if (reasoning != told.Reasoning)
        {
            yield return $"reasoning: expected {reasoning}, got {told.Reasoning}";
        }

        var calls = new JsonArray([.. told.Calls.Select(static c => new JsonObject { ["name"] = c.Name, ["arguments"] = Parsed(c.Arguments) })]);
        foreach (var difference in JsonPart.Differences(expected["calls"] ?? new JsonArray(), calls, "calls"))
        {
            yield return difference;
        }

        if ((string?)expected["stopped"] != told.Stopped)
        {
            yield return $"stopped: expected {expected["stopped"]}, got {told.Stopped}";
        }

        foreach (var difference in Lists(expected, told).SelectMany(static l => JsonPart.Differences(l.Expected ?? new JsonArray(), l.Got, l.Name)))
        {
            yield return difference;
        }

        if (told.Calls.Exists(static c => c.Id.Length == 0) || told.Calls.Select(static c => c.Id).Distinct().Count() != told.Calls.Count)
        {
            yield return "calls: their ids are not ids";
        }

        foreach (var (name, count) in expected["usage"]?.AsObject() ?? [])
        {
            if (told.Usage.GetValueOrDefault(name, -1) != (long)count!)
            {
                yield return $"usage.{name}: expected {count}, got {(told.Usage.TryGetValue(name, out var other) ? other : "nothing")}";
            }
        }

        if (told.Cost is not > 0)
        {
            yield return "usage: the cost is missing";
        }
    }

    private static IEnumerable<(string Name, JsonNode? Expected, JsonNode Got)> Lists(JsonObject expected, Told told) =>
        [("citations", expected["citations"], told.Citations), ("images", expected["images"], told.Images), ("logprobs", expected["logprobs"], told.Logprobs)];

    // Arguments that are no JSON are told as they are.
    private static JsonNode? Parsed(string arguments)
    {
        try
        {
            return JsonNode.Parse(arguments);
        }
        catch (System.Text.Json.JsonException)
        {
            return arguments;
        }
    }

    private static IEnumerable<string> OfError(JsonNode error, Told told, ICallerSurface surface)
    {
        var type = surface.ErrorTypeOf((string)error["type"]!);
        if (told.ErrorType != type)
        {
            yield return $"error: expected the type {type}, got {told.ErrorType} ({told.ErrorMessage})";
        }

        if ((string?)error["says"] is { } says && told.ErrorMessage?.Contains(says, StringComparison.Ordinal) != true)
        {
            yield return $"error: expected it to say {says}, got {told.ErrorMessage}";
        }
    }
}
