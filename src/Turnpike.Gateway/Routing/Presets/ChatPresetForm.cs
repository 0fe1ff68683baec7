using System.Text.Json.Nodes;

namespace Turnpike.Gateway.Routing.Presets;

/// <summary>The form that presets are kept in.</summary>
internal sealed class ChatPresetForm : IPresetForm
{
    public string? SystemOf(JsonObject request)
    {
        var texts = (request["messages"] as JsonArray ?? []).Where(IsSystem).Select(static m => PresetText.Of(m!["content"])).Where(static t => t.Length > 0).ToList(); // an object, as it is a message
        return texts.Count == 0 ? null : string.Join("\n\n", texts);
    }

    public JsonObject ToConfig(JsonObject request) => PresetFields.Pick(request, PresetFields.Chat);

    public JsonObject FromConfig(JsonObject config, ICollection<string> unsaid)
    {
        config.Remove(PresetFields.CacheEnabled);
        config.Remove(PresetFields.CacheTtl);
        return config;
    }

    public void AddSystem(JsonObject request, string system)
    {
        if (request["messages"] is JsonArray messages && !messages.Any(IsSystem))
        {
            messages.Insert(0, new JsonObject { ["role"] = "system", ["content"] = system });
        }
    }

    private static bool IsSystem(JsonNode? message) =>
        message is JsonObject known && known["role"] is JsonValue role && role.TryGetValue<string>(out var word) && word is "system" or "developer";
}
