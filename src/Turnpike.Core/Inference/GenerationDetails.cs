using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Core.Inference;

/// <summary>What only some generations have. Kept as one JSON text; a longer one than <see cref="BytesMax"/> is not kept.</summary>
public sealed record GenerationDetails
{
    public const int BytesMax = 4096;

    /// <summary>Request fields that the provider was not told, because its dialect or the endpoint has no word for them.</summary>
    public ImmutableArray<string> DroppedParameters { get; init; } = [];

    /// <summary>The router that chose the model (<c>openrouter/auto</c>); null where the caller chose it.</summary>
    public string? Router { get; init; }

    /// <summary>The account's preset that the request named; null where it named none, or one of the configuration.</summary>
    public string? PresetId { get; init; }

    /// <summary>The generation whose answer was given again, for nothing; null where a provider answered.</summary>
    public string? CacheSourceId { get; init; }

    /// <summary>Plugins that were at work, in order.</summary>
    public ImmutableArray<PluginUse> Plugins { get; init; } = [];

    /// <summary>What the provider's prompt cache saved, nano-dollars; below zero where writing to it cost more.</summary>
    public long CacheDiscountNanoUsd { get; init; }

    /// <summary>On the prices of tokens, for a speed or a place that is not the usual; null where there was none.</summary>
    public decimal? PriceFactor { get; init; }

    /// <summary>What was charged by count.</summary>
    public WorkUnits Units { get; init; }

    /// <summary>The stream broke and another endpoint went on with it.</summary>
    public bool IsRescued { get; init; }

    /// <summary>The second attempt that began beside a slow one; null where none did.</summary>
    public HedgeUse? Hedge { get; init; }

    [JsonIgnore]
    public bool IsEmpty => DroppedParameters.IsEmpty && Router is null && PresetId is null && CacheSourceId is null && Plugins.IsEmpty && CacheDiscountNanoUsd == 0 && PriceFactor is null && !IsRescued && Hedge is null && Units == default;

    public string ToJson() => JsonSerializer.Serialize(this, DetailsJson.Default.GenerationDetails);

    /// <summary>Null for a text that is none.</summary>
    public static GenerationDetails? FromJson(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize(json, DetailsJson.Default.GenerationDetails);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a plugin did for a request.</summary>
/// <param name="Id">The plugin's id, as in the request's <c>plugins</c>.</param>
/// <param name="CostNanoUsd">What it cost the caller beyond the model, nano-dollars.</param>
/// <param name="Detail">What it did, in a few words without anything of the prompt; null where there is nothing to say.</param>
public sealed record PluginUse(string Id, long CostNanoUsd, string? Detail)
{
    /// <summary>The service that searched; null where none was asked.</summary>
    public string? Engine { get; init; }

    /// <summary>How many results the search gave; null where there was none.</summary>
    public int? Results { get; init; }

    /// <summary>How long the service that judges prompts took, milliseconds; null where none was asked.</summary>
    public int? JudgedMs { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(GenerationDetails))]
internal sealed partial class DetailsJson : JsonSerializerContext;
