using System.Collections.Concurrent;

namespace Turnpike.Gateway.Routing.Health;

/// <summary>The health of all endpoints, by their ids, so that it outlives a reload of the catalogue. Thread-safe.</summary>
internal sealed class HealthBoard(TimeProvider time) : IEndpointHealth
{
    /// <summary>Endpoints remembered at most; a catalogue has fewer, and what it no longer has is forgotten first.</summary>
    private const int EndpointsMax = 4096;

    private static readonly long IdleMs = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    private readonly ConcurrentDictionary<string, EndpointHealth> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _pausedProviders = new(StringComparer.Ordinal);
    private volatile bool _hasPausedProviders; // an empty dictionary takes its locks to say that it is empty

    public EndpointFigures Figures(Endpoint endpoint)
    {
        var figures = _byId.TryGetValue(endpoint.Id, out var health) ? health.Figures(NowMs) : default;
        return _hasPausedProviders && _pausedProviders.TryGetValue(endpoint.Provider.Id, out var until) && until - NowMs > figures.PausedMs
            ? figures with { PausedMs = (int)(until - NowMs) }
            : figures;
    }

    public EndpointReport? Report(Endpoint endpoint) => _byId.TryGetValue(endpoint.Id, out var health) ? health.Report(NowMs) : null;

    /// <summary>What has been learned of an endpoint's pace; null while too little was seen.</summary>
    public LearnedLimits? Limits(Endpoint endpoint) => _byId.TryGetValue(endpoint.Id, out var health) ? health.Limits : null;

    /// <summary>Takes down how an attempt ended. Once an attempt, whoever ended it.</summary>
    public void Record(Endpoint endpoint, in AttemptReport report)
    {
        if (report.Result != AttemptResult.NotCounted)
        {
            For(endpoint).Record(report, NowMs);
        }
    }

    /// <summary>Leaves an endpoint alone for a while; or all of its provider's, which share the key that was refused.</summary>
    /// <returns>True when a provider is paused that was not.</returns>
    public bool Pause(Endpoint endpoint, TimeSpan duration, bool wholeProvider = false)
    {
        var now = NowMs;
        var until = now + (long)duration.TotalMilliseconds;
        if (!wholeProvider)
        {
            For(endpoint).Pause(until);
            return false;
        }

        var wasPaused = _pausedProviders.TryGetValue(endpoint.Provider.Id, out var before) && before > now;
        _pausedProviders[endpoint.Provider.Id] = until; // as many as the catalogue has providers
        _hasPausedProviders = true;
        return !wasPaused;
    }

    private long NowMs => (long)(time.GetTimestamp() * 1000.0 / time.TimestampFrequency);

    private EndpointHealth For(Endpoint endpoint)
    {
        if (_byId.TryGetValue(endpoint.Id, out var known))
        {
            return known;
        }

        if (_byId.Count >= EndpointsMax)
        {
            Forget();
        }

        return _byId.GetOrAdd(endpoint.Id, static _ => new());
    }

    private void Forget()
    {
        var before = NowMs - IdleMs;
        foreach (var (id, health) in _byId)
        {
            if (health.LastAtMs < before)
            {
                _byId.TryRemove(id, out _);
            }
        }

        if (_byId.Count >= EndpointsMax)
        {
            _byId.Clear();
        }
    }
}
