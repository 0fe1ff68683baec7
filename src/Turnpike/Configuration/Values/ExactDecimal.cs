using System.Globalization;
using Turnpike.Core.Money;

namespace Turnpike.Configuration.Values;

/// <summary>Reads decimal numbers without ever rounding them.</summary>
internal static class ExactDecimal
{
    private const int DigitsMax = 28;

    /// <summary>Takes <c>2.5</c>, <c>-1</c>, <c>1e-3</c>; refuses what a <see cref="decimal"/> cannot hold exactly.</summary>
    public static bool TryParse(string text, out decimal value)
    {
        value = 0;
        var exponentAt = text.AsSpan().IndexOfAny('e', 'E');
        var digits = exponentAt < 0 ? text.AsSpan() : text.AsSpan(0, exponentAt);
        var exponent = 0;
        if (exponentAt >= 0
            && !int.TryParse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return false;
        }

        var point = digits.IndexOf('.');
        var decimals = point < 0 ? 0 : digits[(point + 1)..].TrimEnd('0').Length;
        var significant = digits.Length - (point < 0 ? 0 : 1);
        return significant <= DigitsMax
            && exponent is >= -DigitsMax and <= DigitsMax
            && decimals - exponent <= DigitsMax
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Dollars to nano-dollars, where they have at most nine decimals.</summary>
    public static bool TryToNanoUsd(decimal usd, out NanoUsd amount)
    {
        amount = default;
        if (decimal.Abs(usd) > NanoUsd.PerUsd || usd * NanoUsd.PerUsd != decimal.Truncate(usd * NanoUsd.PerUsd))
        {
            return false;
        }

        amount = NanoUsd.FromUsd(usd);
        return true;
    }
}
