using Microsoft.Extensions.Primitives;

namespace Turnpike.Gateway.Replay;

/// <summary>An answer as it was told, kept for those who ask for it again: its head, and its latest bytes up to a limit. What a reader
/// that is connected has not read yet is kept beyond it.</summary>
/// <remarks>One writes, many read. Thread-safe.</remarks>
internal sealed class ReplayLog(int bytesMax)
{
    /// <summary>A reader that is further behind than this is not waited for: it does not read.</summary>
    private const int UnreadBytesMax = 128 << 20;

    private readonly Lock _lock = new();
    private readonly List<ReplayEvent> _events = [];
    private readonly List<ReplayCursor> _readers = [];
    private TaskCompletionSource _changed = NewSignal();
    private long _dropped; // events that are not kept any more
    private int _bytes;
    private bool _isComplete;

    /// <summary>Status and headers; null until the answer begins.</summary>
    public (int Status, KeyValuePair<string, StringValues>[] Headers)? Head { get; private set; }

    /// <summary>Bytes that are kept.</summary>
    public int Bytes => Volatile.Read(ref _bytes);

    public void Begin(int status, KeyValuePair<string, StringValues>[] headers)
    {
        lock (_lock)
        {
            Head ??= (status, headers);
        }
    }

    public void Append(ReplayEvent piece)
    {
        lock (_lock)
        {
            _events.Add(piece);
            _bytes += piece.Bytes.Length;
            Trim();
        }

        Signal();
    }

    /// <summary>Nothing follows.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
        }

        Signal();
    }

    /// <summary>A reader that has got everything up to an event, to be closed; null when what follows that event is not kept any more.</summary>
    public ReplayCursor? Open(long lastId)
    {
        lock (_lock)
        {
            if (lastId < _dropped || lastId > _dropped + _events.Count)
            {
                return null;
            }

            var reader = new ReplayCursor(lastId);
            _readers.Add(reader);
            return reader;
        }
    }

    public void Close(ReplayCursor reader)
    {
        lock (_lock)
        {
            _readers.Remove(reader);
            Trim();
        }
    }

    /// <summary>What a reader has not read yet; empty when there is nothing. False when a part of it is not kept any more.</summary>
    /// <param name="next">Completes when more has come; null when nothing will.</param>
    public bool TryRead(ReplayCursor reader, List<ReplayEvent> into, out Task? next)
    {
        lock (_lock)
        {
            next = null;
            if (reader.Position < _dropped)
            {
                return false;
            }

            into.AddRange(_events[(int)(reader.Position - _dropped)..]);
            reader.Position = _dropped + _events.Count;
            next = _isComplete ? null : _changed.Task;
            Trim();
            return true;
        }
    }

    private void Trim()
    {
        var unread = long.MaxValue;
        foreach (var reader in _readers)
        {
            unread = Math.Min(unread, reader.Position);
        }

        var count = 0;
        for (; _bytes > bytesMax && (_dropped + count < unread || _bytes > UnreadBytesMax); count++)
        {
            _bytes -= _events[count].Bytes.Length;
        }

        _events.RemoveRange(0, count);
        _dropped += count;
    }

    private void Signal() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
