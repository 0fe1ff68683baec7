namespace Turnpike.Configuration.Tests;

/// <summary>The real clock, put forward by hand.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Stands still between two steps; timers run in real time.</summary>
    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public void Step(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
