using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Core.Accounts;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Routing.Presets;

/// <summary>Finds presets: those that an account keeps, then those of the configuration.</summary>
internal sealed class PresetBook(GatewayOptions options, StoredPresets stored)
{
    /// <summary>The preset of a slug; null when there is none.</summary>
    /// <exception cref="Core.Ledger.StoreUnavailableException">The account's are not in memory, and the store cannot be reached.</exception>
    public async ValueTask<AppliedPreset?> FindAsync(AccountId account, string slug, CancellationToken cancellationToken)
    {
        if ((await stored.OfAsync(account, cancellationToken)).TryGetValue(slug, out var kept))
        {
            return new(kept.Id, kept.Version.SystemPrompt, kept.Version.Config);
        }

        return options.Presets.TryGetValue(slug, out var json) ? OfConfiguration(json) : null;
    }

    /// <summary>A preset as the configuration writes it: the system prompt is a field among the others.</summary>
    public static AppliedPreset OfConfiguration(string json)
    {
        var config = JsonNode.Parse(json)!.AsObject(); // checked when it was read
        var system = config["system"];
        config.Remove("system");
        return new(null, PresetText.Word(system), config.ToJsonString());
    }

    /// <summary>The body of a request with its preset's fields behind its own, and the preset as it was applied; or the error to tell.</summary>
    /// <param name="dialect">What the request is written in.</param>
    /// <param name="model">The model that the request names beside the preset; empty when it names none.</param>
    public static (byte[]? Body, AppliedPreset Applied, GatewayError? Error) Apply(ReadOnlySpan<byte> body, AppliedPreset preset, string dialect, string model)
    {
        try
        {
            var request = JsonNode.Parse(body)!.AsObject(); // it was read before, and is an object
            request.Remove("preset");
            request.Remove("model");
            if (model.Length > 0)
            {
                request["model"] = model;
            }

            var form = IPresetForm.Of(dialect);
            if (preset.System is { } system)
            {
                form.AddSystem(request, system);
            }

            var unsaid = new List<string>();
            var config = form.FromConfig(JsonNode.Parse(preset.Config)!.AsObject(), unsaid); // checked when it was kept
            return (JsonSerializer.SerializeToUtf8Bytes(Over(config, request)), preset with { Unsaid = unsaid }, null);
        }
        catch (ArgumentException)
        {
            return (null, preset, GatewayErrors.InvalidField("body", "has a field twice. Send it once."));
        }
    }

    private static JsonObject Over(JsonObject preset, JsonObject request)
    {
        var tools = Union(request["tools"] as JsonArray, preset["tools"] as JsonArray);
        foreach (var names in PresetFields.OneOf)
        {
            if (names.Any(request.ContainsKey))
            {
                Array.ForEach(names, name => preset.Remove(name));
            }
        }

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
