namespace Turnpike.Gateway.Dispatch;

/// <summary>Something under way that must be looked at when its time comes.</summary>
internal interface IWatched
{
    /// <summary>The timestamp at which <see cref="OnDue"/> wants to be called; read without a lock.</summary>
    long DueAt { get; }

    /// <summary>Called on a timer's thread, once or more after <see cref="DueAt"/>; must be quick and must not throw.</summary>
    void OnDue(long now);

    /// <summary>The gateway is shutting down and has waited long enough.</summary>
    void OnDrained();
}

/// <summary>Looks after all attempts under way with one timer: time-outs and keep-alives, so that nothing has a timer of its own and a
/// relayed chunk costs only the writing of a time. Resolution is a tenth of a second.</summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly HashSet<IWatched> _watched = [];
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private bool _isBeating;

    public Watchdog(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static self => ((Watchdog)self!).OnBeat(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _watched.Count;
            }
        }
    }

    public void Add(IWatched watched)
    {
        lock (_gate)
        {
            _watched.Add(watched);
            if (!_isBeating)
            {
                _isBeating = true;
                _timer.Change(Beat, Beat);
            }
        }
    }

    public void Remove(IWatched watched)
    {
        lock (_gate)
        {
            _watched.Remove(watched);
        }
    }

    /// <summary>Tells all that the time for draining is over.</summary>
    public void Drain()
    {
        IWatched[] all;
        lock (_gate)
        {
            all = [.. _watched];
        }

        foreach (var watched in all)
        {
            watched.OnDrained();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnBeat()
    {
        var now = _time.GetTimestamp();
        List<IWatched>? due = null;
        lock (_gate)
        {
            foreach (var watched in _watched)
            {
                if (watched.DueAt <= now)
                {
                    (due ??= []).Add(watched);
                }
            }

            if (_watched.Count == 0)
            {
                // an idle gateway does not wake up ten times a second
                _isBeating = false;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        foreach (var watched in due ?? [])
        {
            watched.OnDue(now);
        }
    }
}
