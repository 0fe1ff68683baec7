namespace Turnpike.Benchmarks.Simulation;

/// <summary>A clock that is set by hand: a day passes in seconds.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    /// <summary>Seconds since the beginning.</summary>
    public double Now { get; set; }

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => (long)(Now * 1_000_000);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(Now);
}
