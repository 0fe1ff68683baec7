using System.Text.Json.Nodes;
using Turnpike.Core.Catalog;

namespace Turnpike.Commands.Checks;

/// <summary>Something that a provider is asked, small enough to cost next to nothing.</summary>
/// <param name="Name">What it checks.</param>
/// <param name="Fits">Whether an endpoint can be asked it.</param>
/// <param name="Fields">The fields of the request, beside the model and whose it is.</param>
/// <param name="Fault">What is wrong with an answer that is no error; null when nothing is.</param>
internal sealed record LiveCheck(string Name, Func<Endpoint, bool> Fits, Func<JsonObject> Fields, Func<LiveAnswer, string?> Fault)
{
    /// <summary>Sixty-four by sixty-four pixels, all red.</summary>
    private const string Red =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAS0lEQVR42u3PQQkAAAgAsetfWiP4FgYrsKZeS0BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEDgsqnc8OJg6Ln3AAAAAElFTkSuQmCC";

    /// <summary>For models that think before they say a word.</summary>
    private const int OutputTokensMax = 1000;

    /// <summary>The first one shows whether anything works.</summary>
    public static IReadOnlyList<LiveCheck> All { get; } =
    [
        new("plain", static _ => true, static () => Ask("Say hello, in one word."), Silence),
        new("stream", static _ => true, static () => Ask("Count from one to five, in words.", ("stream", true)), static a => Silence(a) ?? (a.Pieces == 0 ? "came whole" : null)),
        new("tools", static e => Takes(e, RequestParameters.Tools), static () => Ask("How is the weather in Rome? Please call get_weather.", ("tools", Tools())), NoCall),
        new("json schema", static e => Takes(e, RequestParameters.StructuredOutputs | RequestParameters.ResponseFormat), static () => Ask("Name a city of Italy.", ("response_format", Schema())), NoCity),
        new("image", static e => e.Model.InputModalities.Contains("image"), static () => Ask(Picture()), Blindness),
        new("reasoning", static e => Takes(e, RequestParameters.Reasoning), static () => Thought(), NoThought),
    ];

    // Of an endpoint whose parameters nobody wrote down anything may be asked.
    private static bool Takes(Endpoint endpoint, RequestParameters any) => endpoint.SupportedParameters.IsDefaultOrEmpty || (endpoint.Parameters & any) != 0;

    private static JsonObject Ask(JsonNode content, params IEnumerable<(string Name, JsonNode Value)> fields)
    {
        var body = new JsonObject
        {
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = content }),
            ["max_tokens"] = OutputTokensMax,
        };
        foreach (var (name, value) in fields)
        {
            body[name] = value;
        }

        return body;
    }

    // Claude thinks for 1024 tokens at least, and these are part of the answer's.
    private static JsonObject Thought() => Ask("What is 17 times 23?", ("reasoning", new JsonObject { ["effort"] = "low" }), ("max_tokens", 3 * OutputTokensMax));

    private static JsonNode City() => JsonNode.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}""")!;

    private static JsonArray Tools() =>
        [new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = "get_weather", ["description"] = "Tells the weather of a city", ["parameters"] = City() } }];

    private static JsonObject Schema() =>
        new() { ["type"] = "json_schema", ["json_schema"] = new JsonObject { ["name"] = "city", ["strict"] = true, ["schema"] = City() } };

    private static JsonArray Picture() =>
    [
        new JsonObject { ["type"] = "text", ["text"] = "Which colour is this? One word." },
        new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = Red } },
    ];

    private static string? Silence(LiveAnswer answer) => answer.Text.Length > 0 ? null : $"no text came (finish_reason {answer.FinishReason ?? "missing"})";

    private static string? Blindness(LiveAnswer answer) =>
        Silence(answer) ?? (answer.Text.Contains("red", StringComparison.OrdinalIgnoreCase) ? null : "the picture was not seen: it is red, and the answer does not say so");

    private static string? NoCall(LiveAnswer answer) =>
        answer.Call is not { } call ? "the tool was not called"
        : call.Name != "get_weather" || !HasCity(call.Arguments) ? "the call is not what the tool takes"
        : null;

    private static string? NoCity(LiveAnswer answer) => HasCity(answer.Text) ? null : "the answer does not fit the schema";

    private static string? NoThought(LiveAnswer answer) => answer.Reasoning.Length > 0 || answer.ReasoningTokens > 0 ? null : "no thought came and none was counted";

    private static bool HasCity(string json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject { Count: > 0 } root && root["city"] is JsonValue city && city.TryGetValue<string>(out _);
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
