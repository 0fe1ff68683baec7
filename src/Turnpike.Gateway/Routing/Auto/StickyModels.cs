namespace Turnpike.Gateway.Routing.Auto;

/// <summary>Which model a session got, so that it keeps it while it goes on. Bounded: the session unused for longest goes first.</summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class StickyModels(TimeProvider time, int sessionsMax = StickyModels.SessionsMaxDefault)
{
    public const int SessionsMaxDefault = 16_384;

    /// <summary>A session that is silent for so long may get another model.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Session>> _sessions = new(StringComparer.Ordinal);
    private readonly LinkedList<Session> _byUse = new();

    /// <summary>The model of a session; null when it has none, or was silent for too long.</summary>
    public string? Find(string key)
    {
        lock (_lock)
        {
            return _sessions.TryGetValue(key, out var node) && time.GetElapsedTime(node.Value.UsedAt) < Idle ? node.Value.Model : null;
        }
    }

    /// <summary>Notes the model that a session got now.</summary>
    public void Keep(string key, string model)
    {
        lock (_lock)
        {
            if (_sessions.Remove(key, out var old))
            {
                _byUse.Remove(old);
            }
            else if (_sessions.Count >= sessionsMax && _byUse.First is { } eldest)
            {
                _byUse.RemoveFirst();
                _sessions.Remove(eldest.Value.Key);
            }

            _sessions[key] = _byUse.AddLast(new Session(key, model, time.GetTimestamp()));
        }
    }

    private sealed record Session(string Key, string Model, long UsedAt);
}
