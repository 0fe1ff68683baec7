using System.Globalization;
using System.Text.Json;
using Turnpike.Configuration.Values;
using Turnpike.Core.Money;

namespace Turnpike.Catalog.Refreshing;

/// <summary>Reads the prices of foreign lists into sheets, exactly; what is finer than a nano-dollar a million tokens is rounded to it.</summary>
internal sealed class FoundPrices(JsonElement prices, decimal unitsPerMillion)
{
    /// <summary>True when a price was there and was none: negative, or not a number.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>USD for a million tokens.</summary>
    public NanoUsd? PerMillion(string name) => Read(name) is { } price ? Nano(price * unitsPerMillion) : null;

    /// <summary>USD each.</summary>
    public NanoUsd? Each(string name) => Read(name) is { IsZero: false } price ? Nano(price.Value) : null;

    /// <summary>A price that stands beside one of the prompt: zero is taken for missing, because such tokens cost what others cost.</summary>
    public NanoUsd? Beside(string name, NanoUsd basis) => PerMillion(name) is { } price && (basis.IsZero || !price.IsZero) ? price : null;

    private NanoUsd? Nano(decimal usd)
    {
        var rounded = Math.Round(usd, 9, MidpointRounding.AwayFromZero);
        if (ExactDecimal.TryToNanoUsd(rounded, out var amount))
        {
            return amount;
        }

        IsFaulty = true;
        return null;
    }

    private Price? Read(string name)
    {
        if (prices.ValueKind != JsonValueKind.Object || !prices.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var price) && price is >= 0 and <= 1_000_000)
        {
            return new(price);
        }

        IsFaulty = true;
        return null;
    }

    private readonly record struct Price(decimal Value)
    {
        public bool IsZero => Value == 0;

        public static decimal operator *(Price price, decimal factor) => price.Value * factor;
    }
}
