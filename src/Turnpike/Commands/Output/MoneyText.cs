using System.Globalization;
using Turnpike.Core.Money;

namespace Turnpike.Commands.Output;

/// <summary>Amounts as operators write and read them.</summary>
internal static class MoneyText
{
    /// <summary><c>$5.00</c>, <c>$0.000123</c>: two decimals at least, and as many as there are.</summary>
    public static string Show(NanoUsd amount)
    {
        var digits = Math.Abs(amount.ToUsd()).ToString("0.00#######", CultureInfo.InvariantCulture);
        return amount.IsNegative ? $"-${digits}" : $"${digits}";
    }

    /// <summary>Reads <c>5</c>, <c>$5</c> or <c>0.000123</c>; null when it is no amount that can be kept.</summary>
    public static NanoUsd? Read(string text)
    {
        const NumberStyles styles = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (!decimal.TryParse(text.TrimStart('$'), styles, CultureInfo.InvariantCulture, out var usd))
        {
            return null;
        }

        try
        {
            return NanoUsd.FromUsd(usd);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            return null;
        }
    }
}
