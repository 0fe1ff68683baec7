using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>Writes a price sheet as OpenRouter's <c>pricing</c>: decimal strings, US dollars per token or unit, exact, without exponent.</summary>
internal static class PricingJson
{
    /// <summary>Nano-dollars per million tokens in one dollar per token.</summary>
    private const decimal PerTokenUnits = 1_000_000_000_000_000m;

    /// <summary>Writes the value of a <c>pricing</c> property. Prices that depend on who will answer (null) are OpenRouter's <c>-1</c>.</summary>
    public static void Write(Utf8JsonWriter writer, PriceSheet? prices)
    {
        writer.WriteStartObject();
        if (prices is null)
        {
            writer.WriteString("prompt"u8, "-1"u8);
            writer.WriteString("completion"u8, "-1"u8);
            writer.WriteEndObject();
            return;
        }

        writer.WriteString("prompt"u8, PerToken(prices.Prompt));
        writer.WriteString("completion"u8, PerToken(prices.Completion));
        writer.WriteString("request"u8, PerUnit(prices.Request ?? NanoUsd.Zero));
        writer.WriteString("image"u8, PerUnit(prices.Image ?? NanoUsd.Zero));
        if (prices.WebSearch is { } search)
        {
            writer.WriteString("web_search"u8, PerUnit(search));
        }

        foreach (var (name, price) in UnitPrices(prices))
        {
            if (price is { } set)
            {
                writer.WriteString(name, PerUnit(set));
            }
        }

        foreach (var (name, price) in TokenPrices(prices))
        {
            if (price is { } set)
            {
                writer.WriteString(name, PerToken(set));
            }
        }

        if (!prices.Tiers.IsDefaultOrEmpty)
        {
            writer.WriteStartArray("overrides"u8);
            foreach (var tier in prices.Tiers)
            {
                WriteTier(writer, prices, tier);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>Dollars per token: <c>0.00000015</c>, or <c>0</c> when free.</summary>
    public static string PerToken(NanoUsd perMillion) =>
        (perMillion.Value / PerTokenUnits / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    private static string PerUnit(NanoUsd price) => price.ToString();

    // An override inherits what it does not name, but a tier replaces the whole sheet: what the base names is therefore named again.
    private static void WriteTier(Utf8JsonWriter writer, PriceSheet basis, PriceTier tier)
    {
        writer.WriteStartObject();
        writer.WriteNumber("min_prompt_tokens"u8, tier.MinPromptTokens);
        writer.WriteString("prompt"u8, PerToken(tier.Prices.Prompt));
        writer.WriteString("completion"u8, PerToken(tier.Prices.Completion));
        WriteUnitIfChanged(writer, "request", basis.Request, tier.Prices.Request);
        WriteUnitIfChanged(writer, "image", basis.Image, tier.Prices.Image);
        WriteUnitIfChanged(writer, "web_search", basis.WebSearch, tier.Prices.WebSearch);
        foreach (var ((name, set), (_, before)) in UnitPrices(tier.Prices).Zip(UnitPrices(basis)))
        {
            WriteUnitIfChanged(writer, name, before, set);
        }

        var inTier = TokenPrices(tier.Prices);
        var inBasis = TokenPrices(basis);
        for (var i = 0; i < inTier.Length; i++)
        {
            if (inTier[i].Price is { } set)
            {
                writer.WriteString(inTier[i].Name, PerToken(set));
            }
            else if (inBasis[i].Price is not null)
            {
                var inherited = inTier[i].IsOutput ? tier.Prices.Completion : tier.Prices.Prompt;
                writer.WriteString(inTier[i].Name, PerToken(inherited));
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteUnitIfChanged(Utf8JsonWriter writer, string name, NanoUsd? basis, NanoUsd? tier)
    {
        if ((basis ?? NanoUsd.Zero) != (tier ?? NanoUsd.Zero))
        {
            writer.WriteString(name, PerUnit(tier ?? NanoUsd.Zero));
        }
    }

    private static (string Name, NanoUsd? Price)[] UnitPrices(PriceSheet prices) =>
    [
        ("image_output", prices.ImageOutputTokens is null ? prices.ImageOutput : null), // OpenRouter's word is of tokens, where they have a price
        ("million_characters", prices.Characters),
        ("search_unit", prices.SearchUnit),
        ("audio_hour", prices.AudioHour),
    ];

    private static TokenPrice[] TokenPrices(PriceSheet prices) =>
    [
        new("input_cache_read", prices.CacheRead, IsOutput: false),
        new("input_cache_write", prices.CacheWrite, IsOutput: false),
        new("input_cache_write_1h", prices.CacheWriteHour, IsOutput: false),
        new("internal_reasoning", prices.Reasoning, IsOutput: true),
        new("audio", prices.Audio, IsOutput: false),
        new("audio_output", prices.AudioOutput, IsOutput: true),
        new("image_token", prices.ImageTokens, IsOutput: false),
        new("image_output", prices.ImageOutputTokens, IsOutput: true),
    ];

    /// <summary>A price that may be absent; it then is that of the prompt, or of the completion when <paramref name="IsOutput"/>.</summary>
    private readonly record struct TokenPrice(string Name, NanoUsd? Price, bool IsOutput)
    {
        public void Deconstruct(out string name, out NanoUsd? price) => (name, price) = (Name, Price);
    }
}
