using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Routing.Presets;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway;

/// <summary>Checks a preset before anybody uses it.</summary>
public static class PresetFault
{
    private const int TtlSecondsMax = 86_400;

    /// <summary>What is wrong with a preset, naming the field; null when nothing is.</summary>
    /// <param name="json">Fields of a chat request, and <c>system</c>.</param>
    public static string? Of(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var config = JsonNode.Parse(json)!.AsObject(); // an object, as its readers have seen to
        return OfOurs(config) ?? OfRequest(json, config["model"] is null ? "a/b" : ""); // a preset may leave the model to the request
    }

    // What no request has.
    private static string? OfOurs(JsonObject config) =>
        config["system"] is { } system && system.GetValueKind() != JsonValueKind.String ? "'system' must be a string."
        : config[PresetFields.CacheEnabled] is { } on && on.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False) ? $"'{PresetFields.CacheEnabled}' must be true or false."
        : config[PresetFields.CacheTtl] is { } ttl && (ttl.GetValueKind() != JsonValueKind.Number || !ttl.AsValue().TryGetValue<int>(out var seconds) || seconds is < 1 or > TtlSecondsMax)
            ? $"'{PresetFields.CacheTtl}' must be a whole number from 1 to {TtlSecondsMax}."
        : null;

    private static string? OfRequest(string json, string model)
    {
        var (body, _, error) = PresetBook.Apply("""{"messages":[{"role":"user","content":"x"}]}"""u8, PresetBook.OfConfiguration(json), Core.Catalog.Dialects.OpenAIChat, model);
        if (error is not null || !ChatRequestReader.TryRead(body, out var request, out error))
        {
            return error!.Message;
        }

        return PresetName.Of(request!.Model, request.Preset) is not null || request.FallbackModels.Any(static m => PresetName.Of(m, null) is not null) ? "'model' names a preset. Name a model."
            : request.HasProviderWishes && !ProviderWishes.TryRead(body.AsMemory()[request.ProviderWishes], out _, out error) ? error!.Message
            : null;
    }
}
