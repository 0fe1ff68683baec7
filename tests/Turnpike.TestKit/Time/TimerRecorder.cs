using System.Collections.Concurrent;

namespace Turnpike.TestKit;

/// <summary>The system's time, which remembers what was waited for.</summary>
public sealed class TimerRecorder : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    /// <summary>How long each timer was to run when it was made, in that order.</summary>
    public IReadOnlyCollection<TimeSpan> Waits => _waits;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, dueTime, period);
    }
}
