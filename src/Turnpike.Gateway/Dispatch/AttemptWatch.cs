using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Why an attempt was called off.</summary>
internal enum CallOff
{
    None,
    CallerLeft,
    FirstTokenTimeout,
    IdleTimeout,
    TotalTimeout,
    Drained,
}

/// <summary>Calls an attempt off when the caller leaves, when the provider takes too long, or when the gateway shuts down; between
/// times it has the caller kept alive.</summary>
/// <remarks>The first reason counts. Dispose it once, when the attempt has ended.</remarks>
internal sealed class AttemptWatch : IWatched, IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _caller;
    private readonly Watchdog _watchdog;
    private readonly TimeProvider _time;
    private readonly IKeepAlive? _keepAlive;
    private readonly long _firstToken;
    private readonly long _idle;
    private long _totalAt;
    private readonly long _startedAt;
    private long _touchedAt;
    private long _dueAt;
    private long _longestGap;
    private int _hasContent;
    private int _reason;
    private bool _isSending;

    /// <param name="firstToken">How long the provider may take to its first content.</param>
    /// <param name="keepAlive">Told at each look how long nothing has been sent; null where the caller needs no sign of life.</param>
    public AttemptWatch(
        Watchdog watchdog, TimeProvider time, ProviderTimeouts timeouts, TimeSpan firstToken, IKeepAlive? keepAlive, CancellationToken caller)
    {
        _watchdog = watchdog;
        _time = time;
        _keepAlive = keepAlive;
        _startedAt = _touchedAt = time.GetTimestamp();
        _firstToken = Ticks(firstToken);
        _idle = Ticks(timeouts.Idle);
        _totalAt = _startedAt + Ticks(timeouts.Total);
        _dueAt = NextLook(_startedAt);
        _caller = caller.UnsafeRegister(static self => ((AttemptWatch)self!).Off(CallOff.CallerLeft), this);
        watchdog.Add(this);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>True while we wait for the caller to read: the provider is not idle then.</summary>
    public bool IsSending { get => Volatile.Read(ref _isSending); set => Volatile.Write(ref _isSending, value); }

    public CallOff Reason => (CallOff)Volatile.Read(ref _reason);

    public long DueAt => Volatile.Read(ref _dueAt);

    /// <summary>The longest silence of the provider after its first content, whole milliseconds.</summary>
    public int LongestGapMs => (int)Math.Min(int.MaxValue, _longestGap * 1000 / _time.TimestampFrequency);

    /// <summary>The provider has sent something.</summary>
    public void Touch(bool hasContent)
    {
        var now = _time.GetTimestamp();
        if (_hasContent != 0)
        {
            _longestGap = Math.Max(_longestGap, now - _touchedAt);
        }

        Volatile.Write(ref _touchedAt, now);
        if (hasContent && _hasContent == 0)
        {
            Volatile.Write(ref _hasContent, 1);
            Volatile.Write(ref _dueAt, Math.Min(Volatile.Read(ref _dueAt), NextLook(now)));
        }
    }

    /// <summary>What follows (the end of a stream whose answer is whole) is waited for only this long.</summary>
    public void EndWithin(TimeSpan time)
    {
        _totalAt = _time.GetTimestamp() + Ticks(time);
        Volatile.Write(ref _dueAt, _totalAt);
    }

    public void OnDue(long now)
    {
        var hasContent = Volatile.Read(ref _hasContent) != 0;
        var reason =
            now >= _totalAt ? CallOff.TotalTimeout
            : !hasContent && now >= _startedAt + _firstToken ? CallOff.FirstTokenTimeout
            : hasContent && !IsSending && now >= Volatile.Read(ref _touchedAt) + _idle ? CallOff.IdleTimeout
            : CallOff.None;
        if (reason != CallOff.None)
        {
            Volatile.Write(ref _dueAt, long.MaxValue);
            Off(reason);
            return;
        }

        _keepAlive?.KeepAlive(now);
        Volatile.Write(ref _dueAt, NextLook(now));
    }

    public void OnDrained() => Off(CallOff.Drained);

    public void Dispose()
    {
        _watchdog.Remove(this);
        _caller.Dispose();
        // The source is not disposed: a beat of the watchdog may still hold this watch, and the source has no timer to free.
    }

    private long NextLook(long now)
    {
        var limit = Volatile.Read(ref _hasContent) != 0 ? Volatile.Read(ref _touchedAt) + _idle : _startedAt + _firstToken;
        var next = Math.Min(limit, _totalAt);
        next = Math.Max(next, now); // a caller that does not read keeps its place past the provider's time
        return _keepAlive is null ? next : Math.Min(next, now + _keepAlive.Interval);
    }

    private void Off(CallOff reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)CallOff.None) == (int)CallOff.None)
        {
            _source.Cancel();
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}

/// <summary>Sends a sign of life to a caller that has heard nothing for a while.</summary>
internal interface IKeepAlive
{
    /// <summary>How often to look, in the time provider's ticks.</summary>
    long Interval { get; }

    /// <summary>Called on a timer's thread; must not block.</summary>
    void KeepAlive(long now);
}
