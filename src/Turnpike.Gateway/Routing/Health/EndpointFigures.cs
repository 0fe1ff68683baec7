namespace Turnpike.Gateway.Routing.Health;

/// <summary>An endpoint's health at one instant: what a decision is made of. Zero is «no figures» for every measure of time and speed.</summary>
internal readonly record struct EndpointFigures
{
    /// <summary>Seconds to the first token over five minutes; [0] p50, then p75, p90, p99.</summary>
    public Percentiles FirstToken { get; init; }

    /// <summary>Output tokens a second over five minutes, the wait for the first token included. High is good, so p90 is what nine in
    /// ten requests reached.</summary>
    public Percentiles Throughput { get; init; }

    /// <summary>Over five minutes.</summary>
    public int Successes { get; init; }

    public int Faults { get; init; }

    public int RateLimited { get; init; }

    /// <summary>Over the outage window of thirty seconds.</summary>
    public int RecentSuccesses { get; init; }

    public int RecentFaults { get; init; }

    /// <summary>Successes and faults, older ones weighing less (half after a minute): what reliability is judged by.</summary>
    public float WeightedSuccesses { get; init; }

    public float WeightedFaults { get; init; }

    /// <summary>Requests with tools over five minutes.</summary>
    public int ToolSuccesses { get; init; }

    public int ToolFaults { get; init; }

    /// <summary>Requests that ended within the last minute.</summary>
    public int PerMinute { get; init; }

    /// <summary>Requests a minute at which the provider began to limit the rate; zero while it has not.</summary>
    public float LearnedCap { get; init; }

    /// <summary>How long it should still be left alone, milliseconds; zero when it need not.</summary>
    public int PausedMs { get; init; }

    /// <summary>The share of prompt tokens that came from the provider's cache.</summary>
    public float CachedShare { get; init; }

    /// <summary>Output tokens of a usual answer.</summary>
    public float TypicalCompletion { get; init; }

    public bool IsPaused => PausedMs > 0;

    /// <summary>Most of what was sent here in the last thirty seconds failed.</summary>
    public bool HasOutage => RecentFaults > 0 && RecentFaults >= RecentSuccesses;
}

/// <summary>Four percentiles of one measure; zero is «no figures».</summary>
internal readonly record struct Percentiles(float P50, float P75, float P90, float P99)
{
    public bool IsKnown => P50 > 0;
}
