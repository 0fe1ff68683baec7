namespace Turnpike.Configuration.Tests;

/// <summary>The real clock, put forward by hand.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Stands still between two steps; timers run slower than real time, so that an engine on a busy machine is in time.</summary>
    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? 50 * dueTime : dueTime, period);

    public void Step(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
