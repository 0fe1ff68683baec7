using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Turnpike.Gateway.Routing.Presets;

/// <summary>The fields of a chat request that a preset can have. What belongs to one request alone (messages, stream, user, session) is none.</summary>
internal static class PresetFields
{
    public const string CacheEnabled = "cache_enabled";

    public const string CacheTtl = "cache_ttl_seconds";

    /// <summary>Those that have the same name and meaning in each API.</summary>
    public static readonly ImmutableArray<string> Shared =
    [
        "model", "models", "provider", "plugins", "route", "routing", "transforms", "rescue", "max_cost", "temperature", "top_p", "service_tier", "zdr",
        "enforce_zdr",
    ];

    public static readonly ImmutableArray<string> Chat =
    [
        .. Shared, CacheEnabled, CacheTtl, "max_tokens", "max_completion_tokens", "top_k", "min_p", "top_a", "frequency_penalty", "presence_penalty",
        "repetition_penalty", "seed", "stop", "logit_bias", "logprobs", "top_logprobs", "response_format", "structured_outputs", "tools", "tool_choice",
        "parallel_tool_calls", "reasoning", "reasoning_effort", "include_reasoning", "verbosity", "modalities", "image_config", "audio",
        "web_search_options", "cache_control", "max_tool_calls", "stop_server_tools_when", "prediction",
    ];

    /// <summary>Names for one thing: a request that has one of them has none of the preset's.</summary>
    public static readonly ImmutableArray<string[]> OneOf =
    [
        ["max_tokens", "max_completion_tokens"], ["reasoning", "reasoning_effort", "include_reasoning"],
    ];

    /// <summary>A copy with these members only, in their order.</summary>
    public static JsonObject Pick(JsonObject from, IEnumerable<string> names)
    {
        var picked = new JsonObject();
        foreach (var name in names)
        {
            if (from[name] is { } value)
            {
                picked[name] = value.DeepClone();
            }
        }

        return picked;
    }

    /// <summary>Tells which of a preset's fields are neither among these nor for the cache of answers, which is asked beside the request.</summary>
    public static void Rest(JsonObject config, IReadOnlyCollection<string> carried, ICollection<string> rest)
    {
        foreach (var (name, _) in config)
        {
            if (!carried.Contains(name) && name is not (CacheEnabled or CacheTtl))
            {
                rest.Add(name);
            }
        }
    }

    /// <summary>Copies a member under another name, where it is there.</summary>
    public static void Move(JsonObject from, string name, JsonObject to, string newName)
    {
        if (from[name] is { } value)
        {
            to[newName] = value.DeepClone();
        }
    }
}
