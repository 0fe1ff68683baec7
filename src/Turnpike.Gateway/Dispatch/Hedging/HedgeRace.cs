using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects;

namespace Turnpike.Gateway.Dispatch.Hedging;

/// <summary>Two attempts of one request, of which the first to show content answers. The second begins when the first has been silent for
/// too long.</summary>
/// <remarks>Whoever wins waits until the other has ended, before anything is sent: from then on all that the exchange holds is its own.
/// Thread-safe; dispose it when both have ended.</remarks>
internal sealed class HedgeRace : IWatched, IDisposable
{
    private readonly TaskCompletionSource _due = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Exchange _exchange;
    private readonly Watchdog _watchdog;
    private readonly TimeProvider _time;
    private readonly TimeSpan _wait;
    private RaceLane? _winner;
    private long _dueAt = long.MaxValue;

    /// <param name="wait">From when the first attempt is sent until the second may begin.</param>
    public HedgeRace(Exchange exchange, Watchdog watchdog, TimeProvider time, TimeSpan wait)
    {
        (_exchange, _watchdog, _time, _wait) = (exchange, watchdog, time, wait);
    }

    /// <summary>The attempt that is under way; set at once.</summary>
    public RaceLane First { get; private set; } = null!;

    /// <summary>The attempt beside it; null while there is none.</summary>
    public RaceLane? Second { get; private set; }

    /// <summary>When the first attempt was sent, a timestamp.</summary>
    public long SentAt { get; private set; }

    /// <summary>Completes when the second attempt may begin.</summary>
    public Task Due => _due.Task;

    public long DueAt => Volatile.Read(ref _dueAt);

    public RaceLane Begin(Endpoint endpoint, TextTap? tap) => First = new(this, endpoint, tap, _exchange.Http.RequestAborted);

    /// <summary>The first attempt is sent: its time runs.</summary>
    public void Arm()
    {
        SentAt = _time.GetTimestamp();
        Volatile.Write(ref _dueAt, SentAt + (long)(_wait.TotalSeconds * _time.TimestampFrequency));
        _watchdog.Add(this);
    }

    /// <summary>Adds the second attempt; false where the first has shown content, or ended, meanwhile.</summary>
    public bool TryJoin(Endpoint endpoint, TextTap? tap)
    {
        lock (_gate)
        {
            if (_winner is not null || First.HasEnded)
            {
                return false;
            }

            Second = new(this, endpoint, tap, _exchange.Http.RequestAborted);
            return true;
        }
    }

    /// <inheritdoc cref="RaceLane.TryWinAsync"/>
    public async ValueTask<bool> TryWinAsync(RaceLane lane, bool isContent)
    {
        if (Volatile.Read(ref _winner) is { } known)
        {
            return ReferenceEquals(known, lane);
        }

        RaceLane? other;
        lock (_gate)
        {
            // Both learn that the caller has left: the first one's part is billed then, and the second gives way.
            if (_winner is not null || (!isContent && lane.IsSecond && !First.HasEnded))
            {
                return ReferenceEquals(_winner, lane);
            }

            Volatile.Write(ref _winner, lane);
            other = lane.IsSecond ? First : Second;
        }

        if (other is not null)
        {
            other.Outrun();
            await other.Ended;
            _exchange.Dropped = lane.Dropped;
        }

        return true;
    }

    public void OnDue(long now)
    {
        Volatile.Write(ref _dueAt, long.MaxValue);
        _due.TrySetResult();
    }

    public void OnDrained()
    {
        // The attempts are watched themselves.
    }

    public void Dispose()
    {
        _watchdog.Remove(this);
        First.Dispose();
        Second?.Dispose();
    }
}
