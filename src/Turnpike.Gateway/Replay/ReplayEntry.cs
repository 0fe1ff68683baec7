using Turnpike.Core.Accounts;

namespace Turnpike.Gateway.Replay;

/// <summary>A request that runs on its own, and its answer for as long as it is kept.</summary>
/// <remarks>While it runs it is called off once nobody has followed it for the grace time. Thread-safe.</remarks>
internal sealed class ReplayEntry : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly ITimer _timer;
    private readonly ReplayOptions _options;
    private readonly Action<ReplayEntry> _expired;
    private int _followers;
    private bool _isOver;

    /// <param name="expired">Called once, when nobody can ask for it any more.</param>
    public ReplayEntry(ReplayName? name, AccountId account, ReplayOptions options, TimeProvider time, Action<ReplayEntry> expired)
    {
        Name = name;
        Account = account;
        _options = options;
        _expired = expired;
        Log = new(options.AnswerBytesMax);
        _timer = time.CreateTimer(static self => ((ReplayEntry)self!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What a repeated request is known by; null where the caller gave no key for it.</summary>
    public ReplayName? Name { get; }

    public AccountId Account { get; }

    /// <summary>The id of its generation; null until the answer begins.</summary>
    public string? Generation { get; set; }

    public ReplayLog Log { get; }

    /// <summary>Completes when the request has been settled and all of its answer is in the log.</summary>
    public Task Running { get; set; } = Task.CompletedTask;

    /// <summary>Cancelled when nobody follows any more.</summary>
    public CancellationToken Left => _leaving.Token;

    public bool IsOver => Volatile.Read(ref _isOver);

    /// <summary>A follower that has got everything up to an event, to leave again; null when what follows that event is not kept any more.</summary>
    public ReplayCursor? Follow(long lastId)
    {
        lock (_lock)
        {
            if (Log.Open(lastId) is not { } reader)
            {
                return null;
            }

            if (++_followers == 1 && !_isOver)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }

            return reader;
        }
    }

    public void Leave(ReplayCursor reader)
    {
        Log.Close(reader);
        lock (_lock)
        {
            if (--_followers == 0 && !_isOver)
            {
                _timer.Change(_options.Grace, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>The request has ended; its answer is kept for a while.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
            _timer.Change(_options.Keep, Timeout.InfiniteTimeSpan);
        }

        Log.Complete();
    }

    public void Dispose()
    {
        _timer.Dispose();
        _leaving.Dispose();
    }

    private void OnDue()
    {
        bool over;
        lock (_lock)
        {
            over = _isOver;
            if (!over && _followers > 0)
            {
                return; // somebody came back at the last moment
            }
        }

        if (over)
        {
            _expired(this);
            return;
        }

        _leaving.Cancel();
    }
}
