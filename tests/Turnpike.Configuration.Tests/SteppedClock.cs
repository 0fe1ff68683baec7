namespace Turnpike.Configuration.Tests;

/// <summary>The real clock, put forward by hand.</summary>
/// <param name="slowness">How much slower than real time timers run, so that an engine on a busy machine is in time.</param>
internal sealed class SteppedClock(int slowness = 50) : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Stands still between two steps.</summary>
    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? slowness * dueTime : dueTime, period);

    public void Step(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
