using Turnpike.Storage.Journal;

namespace Turnpike.Storage;

/// <summary>How the book's storage is doing, for readiness and for operators. Thread-safe.</summary>
public sealed class StorageHealth
{
    private readonly RingJournal _journal;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private string? _reason = "The book is being opened.";
    private DateTimeOffset? _lastBatchAt;
    private int _lastBatchRecords;

    internal StorageHealth(RingJournal journal, TimeProvider time)
    {
        _journal = journal;
        _time = time;
    }

    /// <summary>Whether requests can be booked and the store takes them.</summary>
    public bool Ready => Reason is null;

    /// <summary>Why not, in a sentence; null when ready.</summary>
    public string? Reason
    {
        get
        {
            lock (_gate)
            {
                return _reason;
            }
        }
    }

    /// <summary>Records that are safe in the journal and not yet in the store.</summary>
    public long UnappliedRecords => _journal.UnappliedRecords;

    public long UnappliedBytes => _journal.UnappliedBytes;

    /// <summary>Holds that this process has not ended yet.</summary>
    public int OpenHolds => _journal.OpenHolds;

    /// <summary>When the store last took a batch; null before the first.</summary>
    public DateTimeOffset? LastBatchAt
    {
        get
        {
            lock (_gate)
            {
                return _lastBatchAt;
            }
        }
    }

    public int LastBatchRecords
    {
        get
        {
            lock (_gate)
            {
                return _lastBatchRecords;
            }
        }
    }

    internal void Opened()
    {
        lock (_gate)
        {
            _reason = null;
        }
    }

    internal void Stopped()
    {
        lock (_gate)
        {
            _reason = "The server is stopping.";
        }
    }

    /// <summary>Notes a failure; true when it is the first of its episode.</summary>
    internal bool Failed(string reason)
    {
        lock (_gate)
        {
            var isFirst = _reason is null;
            _reason = $"The store does not take bookings: {reason}";
            return isFirst;
        }
    }

    /// <summary>Notes that it works; true when it did not before.</summary>
    internal bool Recovered()
    {
        lock (_gate)
        {
            var wasFailing = _reason is not null;
            _reason = null;
            return wasFailing;
        }
    }

    internal void Applied(int records)
    {
        lock (_gate)
        {
            _lastBatchAt = _time.GetUtcNow();
            _lastBatchRecords = records;
        }
    }
}
