using System.Globalization;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Reads of an answer's headers how long a provider is to be left alone, whatever it calls them and however it writes times:
/// <c>retry-after-ms</c>, <c>Retry-After</c>, and the headers of limits, whose names have <c>ratelimit</c>, <c>remaining</c> and <c>reset</c> in them.</summary>
/// <remarks>Times are durations (<c>6m0s</c>, <c>120ms</c>), dates (RFC 3339 and RFC 1123), times of the clock (seconds or milliseconds since 1970) or bare
/// numbers, whose unit the provider's quirks tell.</remarks>
internal static class LimitHeaders
{
    private const double ClockSecondsMin = 1e9;
    private const double ClockMillisecondsMin = 1e11;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>How long to wait after a refusal; null where nothing of use is said.</summary>
    public static TimeSpan? WaitAfter(int status, HttpResponseHeaders headers, DateTimeOffset now, ResetUnit unit)
    {
        var all = headers.NonValidated;
        return all.TryGetValues("retry-after-ms", out var ms) && Read(ms.ToString(), now, ResetUnit.Milliseconds) is { } exact ? exact
            : all.TryGetValues("Retry-After", out var told) && Read(told.ToString(), now, ResetUnit.Seconds) is { } wait ? wait
            : Longest(all, now, unit, anyway: false) ?? (status == 429 ? Longest(all, now, unit, anyway: true) : null);
    }

    /// <summary>How long until a limit that an answer used up is reset; null while something is left.</summary>
    public static TimeSpan? UntilReset(HttpResponseHeaders headers, DateTimeOffset now, ResetUnit unit) => Longest(headers.NonValidated, now, unit, anyway: false);

    // Of the limits that are used up; or of all that may have refused, which is long enough whichever it was.
    private static TimeSpan? Longest(HttpHeadersNonValidated headers, DateTimeOffset now, ResetUnit unit, bool anyway)
    {
        TimeSpan? longest = null;
        foreach (var (name, value) in headers)
        {
            if (!name.Contains("ratelimit", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var reset = anyway
                ? name.Contains("reset", StringComparison.OrdinalIgnoreCase) && !IsSpared(name, headers) ? value.ToString() : null
                : IsNone(name, value) && headers.TryGetValues(name.Replace("remaining", "reset", StringComparison.OrdinalIgnoreCase), out var told) ? told.ToString()
                : null;
            if (reset is not null && Read(reset, now, unit) is { } wait && (longest is null || wait > longest))
            {
                longest = wait;
            }
        }

        return longest;
    }

    private static bool IsNone(string name, HeaderStringValues value) => name.Contains("remaining", StringComparison.OrdinalIgnoreCase) && Left(value) <= 0;

    // Few tokens can be too few for a request; a request that is left is enough. Cerebras tells the day's limit beside the minute's.
    private static bool IsSpared(string reset, HttpHeadersNonValidated headers) =>
        reset.Contains("request", StringComparison.OrdinalIgnoreCase)
        && headers.TryGetValues(reset.Replace("reset", "remaining", StringComparison.OrdinalIgnoreCase), out var told) && Left(told) >= 1;

    private static double? Left(HeaderStringValues value) =>
        double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var left) ? left : null;

    private static TimeSpan? Read(string value, DateTimeOffset now, ResetUnit unit)
    {
        var text = value.AsSpan().Trim();
        var seconds = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? OfNumber(number, now, unit)
            : OfDuration(text) is { } duration ? duration
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? (date - now).TotalSeconds
            : double.NaN;
        return double.IsNaN(seconds) ? null : TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestWait.TotalSeconds));
    }

    private static double OfNumber(double number, DateTimeOffset now, ResetUnit unit) =>
        number < 0 ? double.NaN
        : number >= ClockMillisecondsMin ? (number - now.ToUnixTimeMilliseconds()) / 1000
        : number >= ClockSecondsMin ? number - now.ToUnixTimeSeconds()
        : unit == ResetUnit.Milliseconds ? number / 1000
        : number;

    // 6m0s, 1h2m3.5s, 120ms
    private static double? OfDuration(ReadOnlySpan<char> text)
    {
        var seconds = 0.0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            text = text[digits..];
            var (factor, length) = text switch
            {
                ['m', 's', ..] => (0.001, 2),
                ['d', ..] => (86_400, 1),
                ['h', ..] => (3_600, 1),
                ['m', ..] => (60, 1),
                ['s', ..] => (1, 1),
                _ => (0.0, 0),
            };
            if (length == 0)
            {
                return null;
            }

            seconds += number * factor;
            text = text[length..];
        }

        return seconds;
    }
}
