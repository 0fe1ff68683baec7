using System.Globalization;

namespace Turnpike.Core.Money;

/// <summary>An amount of money: a whole number of 10⁻⁹ US dollars. One credit is one US dollar.</summary>
/// <remarks>Arithmetic is checked: an overflow throws, it never wraps. The range is ±9.2 billion dollars.</remarks>
public readonly record struct NanoUsd(long Value) : IComparable<NanoUsd>
{
    /// <summary>Nano-dollars in one dollar.</summary>
    public const long PerUsd = 1_000_000_000;

    public static NanoUsd Zero => default;

    public bool IsZero => Value == 0;

    public bool IsNegative => Value < 0;

    /// <summary>Takes dollars, exact to nine decimals.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount has more than nine decimals or is out of range.</exception>
    public static NanoUsd FromUsd(decimal usd)
    {
        var nano = usd * PerUsd;
        if (nano != decimal.Truncate(nano) || nano is > long.MaxValue or < long.MinValue)
        {
            throw new ArgumentOutOfRangeException(nameof(usd), usd, "An amount has at most nine decimals and lies within ±9.2 billion dollars.");
        }

        return new((long)nano);
    }

    public static NanoUsd Min(NanoUsd a, NanoUsd b) => a.Value <= b.Value ? a : b;

    public static NanoUsd Max(NanoUsd a, NanoUsd b) => a.Value >= b.Value ? a : b;

    public static NanoUsd operator +(NanoUsd a, NanoUsd b) => new(checked(a.Value + b.Value));

    public static NanoUsd operator -(NanoUsd a, NanoUsd b) => new(checked(a.Value - b.Value));

    public static NanoUsd operator -(NanoUsd a) => new(checked(-a.Value));

    /// <summary>A factor of an amount; half a nano-dollar rounds away from zero.</summary>
    public static NanoUsd operator *(NanoUsd a, decimal factor) => new((long)Math.Round(a.Value * factor, MidpointRounding.AwayFromZero));

    public static bool operator <(NanoUsd a, NanoUsd b) => a.Value < b.Value;

    public static bool operator >(NanoUsd a, NanoUsd b) => a.Value > b.Value;

    public static bool operator <=(NanoUsd a, NanoUsd b) => a.Value <= b.Value;

    public static bool operator >=(NanoUsd a, NanoUsd b) => a.Value >= b.Value;

    public int CompareTo(NanoUsd other) => Value.CompareTo(other.Value);

    /// <summary>Dollars, for display and JSON only; never calculate with it.</summary>
    public decimal ToUsd() => (decimal)Value / PerUsd;

    /// <summary>Dollars without trailing zeros: <c>0.000123</c>, <c>5</c>.</summary>
    public override string ToString() => (ToUsd() / 1.000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
}
