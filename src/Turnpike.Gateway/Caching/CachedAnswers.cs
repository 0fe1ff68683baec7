namespace Turnpike.Gateway.Caching;

/// <summary>The answers that are kept, in memory and of this process; of several the one that was not asked for longest gives way.</summary>
/// <remarks>Thread-safe. What has expired is let go at the next use of any.</remarks>
internal sealed class CachedAnswers(ResponseCacheOptions options, TimeProvider time)
{
    /// <summary>What an answer costs beside its body.</summary>
    private const int OverheadBytes = 1024;

    /// <summary>Entries of the queue that stand for nothing any more, beyond as many as there are answers.</summary>
    private const int StaleMax = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, CachedAnswer Answer)>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, CachedAnswer Answer)> _byUse = [];
    private readonly PriorityQueue<(string Key, CachedAnswer Answer), DateTimeOffset> _byEnd = new();
    private readonly Dictionary<string, TaskCompletionSource> _running = new(StringComparer.Ordinal);
    private long _bytes;

    public CachedAnswer? Find(string key)
    {
        lock (_lock)
        {
            Expire();
            if (!_byKey.TryGetValue(key, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Answer;
        }
    }

    public void Keep(string key, CachedAnswer answer)
    {
        lock (_lock)
        {
            Expire();
            Drop(key);
            _byKey[key] = _byUse.AddLast((key, answer));
            _byEnd.Enqueue((key, answer), answer.ExpiresAt);
            _bytes += Size(answer);
            while (_bytes > options.BytesMax && _byUse.First is { } oldest)
            {
                Drop(oldest.Value.Key);
            }
        }
    }

    public void Remove(string key)
    {
        lock (_lock)
        {
            Drop(key);
        }
    }

    /// <summary>True for the one who makes the answer, and ends that with <see cref="End"/>; the others may wait for it.</summary>
    public bool TryBegin(string key, out Task running)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(key, out var other))
            {
                running = other.Task;
                return false;
            }

            running = Task.CompletedTask;
            _running[key] = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    public void End(string key)
    {
        TaskCompletionSource? ended;
        lock (_lock)
        {
            _running.Remove(key, out ended);
        }

        ended?.SetResult();
    }

    private static int Size(CachedAnswer answer) => answer.Body.Length + OverheadBytes;

    private void Expire()
    {
        var now = time.GetUtcNow();
        while (_byEnd.TryPeek(out var first, out var end) && end <= now)
        {
            _byEnd.Dequeue();
            if (_byKey.TryGetValue(first.Key, out var node) && ReferenceEquals(node.Value.Answer, first.Answer))
            {
                Drop(first.Key);
            }
        }
    }

    private void Drop(string key)
    {
        if (_byKey.Remove(key, out var node))
        {
            _byUse.Remove(node);
            _bytes -= Size(node.Value.Answer);
            if (_byEnd.Count > (2 * _byKey.Count) + StaleMax)
            {
                // What gave way before its end still stands in the queue, which is made anew before that is most of it.
                _byEnd.Clear();
                _byEnd.EnqueueRange(_byUse.Select(static kept => (kept, kept.Answer.ExpiresAt)));
            }
        }
    }
}
