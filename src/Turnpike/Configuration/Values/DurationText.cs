using System.Globalization;

namespace Turnpike.Configuration.Values;

/// <summary>Durations as operators write them: <c>500ms</c>, <c>30s</c>, <c>2m</c>, <c>1h</c>; a bare number is seconds.</summary>
internal static class DurationText
{
    // Longest first, so that "ms" is not taken for "s".
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        var ticks = TimeSpan.TicksPerSecond;
        var number = text.Trim();
        foreach (var (unit, unitTicks) in Units)
        {
            if (number.EndsWith(unit, StringComparison.Ordinal))
            {
                (number, ticks) = (number[..^unit.Length].TrimEnd(), unitTicks);
                break;
            }
        }

        duration = TimeSpan.Zero;
        if (!ExactDecimal.TryParse(number, out var value) || decimal.Abs(value) > 1_000_000_000m)
        {
            return false;
        }

        duration = TimeSpan.FromTicks((long)decimal.Round(value * ticks));
        return true;
    }

    /// <summary>The shortest way to write it: <c>2m</c>, <c>1.5s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        var (unit, ticks) = duration.Ticks switch
        {
            0 => ("s", TimeSpan.TicksPerSecond),
            var t when t % TimeSpan.TicksPerHour == 0 => ("h", TimeSpan.TicksPerHour),
            var t when t % TimeSpan.TicksPerMinute == 0 => ("m", TimeSpan.TicksPerMinute),
            var t when t < TimeSpan.TicksPerSecond => ("ms", TimeSpan.TicksPerMillisecond),
            _ => ("s", TimeSpan.TicksPerSecond),
        };
        return ((decimal)duration.Ticks / ticks).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
