using System.Globalization;

namespace Turnpike.Commands.Output;

/// <summary>Instants as operators write and read them: UTC.</summary>
internal static class TimeText
{
    private const int DaysMax = 36_500;

    public static string Show(DateTimeOffset? instant) =>
        instant?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>Reads a date (its midnight UTC), a time with or without offset (UTC when without), or days from now such as
    /// <c>30d</c>.</summary>
    public static DateTimeOffset? Read(string text, DateTimeOffset now)
    {
        if (text.EndsWith('d') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var days))
        {
            return days <= DaysMax ? now.AddDays(days) : null;
        }

        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out var instant) ? instant : null;
    }
}
