namespace Turnpike.Gateway.Dispatch.Faults;

/// <summary>When a provider's day turns: at midnight in California, where those that count by days are.</summary>
internal static class ProviderDay
{
    /// <summary>By winter's clock, so that it is past midnight in summer too.</summary>
    private static readonly TimeSpan MidnightUtc = TimeSpan.FromHours(8);

    /// <summary>The rest of the day; at most a whole one.</summary>
    public static TimeSpan LeftAt(DateTimeOffset now)
    {
        var left = MidnightUtc - now.UtcDateTime.TimeOfDay;
        return left > TimeSpan.Zero ? left : left + TimeSpan.FromDays(1);
    }
}
