using System.Text.Json.Nodes;

namespace Turnpike.Gateway.Routing.Presets;

/// <summary>Text in requests: a string, or parts that have some.</summary>
internal static class PresetText
{
    /// <summary>The text; empty where there is none.</summary>
    public static string Of(JsonNode? content) => content switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonArray parts => string.Join("\n\n", parts.OfType<JsonObject>().Select(static p => Of(p["text"])).Where(static t => t.Length > 0)),
        _ => "",
    };

    /// <summary>The string of a member; null where it is none.</summary>
    public static string? Word(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var word) ? word : null;
}
