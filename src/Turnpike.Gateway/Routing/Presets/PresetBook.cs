using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Routing.Presets;

/// <summary>The presets of the configuration: fields of a chat request that stand behind those of the request itself.</summary>
internal sealed class PresetBook(GatewayOptions options)
{
    /// <summary>The body of a request with its preset's fields; or the error to tell.</summary>
    /// <param name="model">The model that the request names beside the preset; empty when it names none.</param>
    public (byte[]? Body, GatewayError? Error) Apply(ReadOnlySpan<byte> body, string slug, string model)
    {
        if (!options.Presets.TryGetValue(slug, out var preset))
        {
            return (null, GatewayErrors.PresetNotFound(GatewayErrors.Bounded(slug, 100)));
        }

        try
        {
            var request = JsonNode.Parse(body)!.AsObject(); // it was read before, and is an object
            return (JsonSerializer.SerializeToUtf8Bytes(Merge(JsonNode.Parse(preset)!.AsObject(), request, model)), null);
        }
        catch (ArgumentException)
        {
            return (null, GatewayErrors.InvalidField("body", "has a field twice. Send it once."));
        }
    }

    private static JsonObject Merge(JsonObject preset, JsonObject request, string model)
    {
        var system = preset["system"];
        preset.Remove("system");
        request.Remove("preset");
        request.Remove("model");
        if (model.Length > 0)
        {
            request["model"] = model;
        }

        // "system" of the request is Anthropic's place for it
        if (system is not null && request["system"] is null && request["messages"] is JsonArray messages && !messages.Any(IsSystem))
        {
            messages.Insert(0, new JsonObject { ["role"] = "system", ["content"] = system.DeepClone() });
        }

        var tools = Union(request["tools"] as JsonArray, preset["tools"] as JsonArray);
        foreach (var (name, value) in request.ToList())
        {
            request.Remove(name);
            preset[name] = value;
        }

        if (tools is not null)
        {
            preset["tools"] = tools;
        }

        return preset;
    }

    private static bool IsSystem(JsonNode? message) =>
        message is JsonObject known && known["role"] is JsonValue role && role.TryGetValue<string>(out var word) && word is "system" or "developer";

    // The request's own, then those of the preset that it does not have: functions by their name, others by their type.
    private static JsonArray? Union(JsonArray? own, JsonArray? more)
    {
        if (own is null || more is null)
        {
            return null;
        }

        var names = own.Select(Identity).ToHashSet(StringComparer.Ordinal);
        return [.. own.Select(static t => t?.DeepClone()), .. more.Where(t => names.Add(Identity(t))).Select(static t => t?.DeepClone())];
    }

    private static string Identity(JsonNode? tool) => tool is not JsonObject known ? "" : $"{known["type"]} {(known["function"] as JsonObject)?["name"]} {known["name"]}";
}
