using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Turnpike.Catalog.LocalEngines;
using Turnpike.Configuration;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog;

/// <summary>Keeps the catalogue in force: what the settings say and what engines on this machine offer.</summary>
/// <remarks>Safe for use by many threads. A snapshot is replaced whole; who holds one keeps it.</remarks>
internal sealed class CatalogService : ICatalog, IDisposable
{
    /// <summary>Engines are not asked more often than this, however many unknown models are named.</summary>
    public static TimeSpan DiscoveryInterval { get; } = TimeSpan.FromSeconds(5);

    private const long Never = long.MinValue;

    private readonly Lock _replacing = new();
    private readonly SemaphoreSlim _discovering = new(1, 1);
    private readonly ImmutableArray<LocalEngine> _engines;
    private readonly EngineProbe _probe;
    private readonly TimeProvider _clock;
    private readonly ILogger<CatalogService> _log;
    private TurnpikeSettings _settings;
    private ImmutableArray<CatalogContent> _local = [];
    private CatalogSnapshot _current;
    private long _discoveredAt = Never;

    /// <param name="engines">The engines that are looked for; those at addresses of our own are left out.</param>
    public CatalogService(TurnpikeSettings settings, ImmutableArray<LocalEngine> engines, TimeProvider clock, ILogger<CatalogService> log)
    {
        _settings = settings;
        _clock = clock;
        _log = log;
        _probe = new(clock);
        _engines = engines.RemoveAll(e => settings.Urls.Concat(settings.AdminUrls).Any(url => IsPortOf(url, e.Port)));
        _current = Snapshot(settings.Catalog, []);
    }

    /// <inheritdoc/>
    public CatalogSnapshot Current => Volatile.Read(ref _current);

    /// <summary>The settings whose catalogue is in force.</summary>
    public TurnpikeSettings Settings => Volatile.Read(ref _settings);

    /// <summary>Puts the catalogue of other settings in force.</summary>
    public void Replace(TurnpikeSettings settings)
    {
        lock (_replacing)
        {
            Volatile.Write(ref _settings, settings);
            if (!settings.LocalEngines)
            {
                _local = [];
            }

            Volatile.Write(ref _current, Snapshot(settings.Catalog, _local));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DiscoverAsync(CancellationToken cancellationToken)
    {
        if (!Settings.LocalEngines || IsRecent())
        {
            return false;
        }

        // Whoever comes while engines are being asked waits for that answer instead of asking again.
        var before = Current;
        await _discovering.WaitAsync(cancellationToken);
        try
        {
            if (IsRecent())
            {
                return !ReferenceEquals(before, Current);
            }

            var lists = await Task.WhenAll(_engines.Select(engine => _probe.AskAsync(engine, cancellationToken)));
            Volatile.Write(ref _discoveredAt, _clock.GetTimestamp());
            return ReplaceLocal([.. _engines.Zip(lists, ContentOf).OfType<CatalogContent>()]);
        }
        finally
        {
            _discovering.Release();
        }
    }

    // One that is too busy to answer has the models that it had.
    private CatalogContent? ContentOf(LocalEngine engine, ImmutableArray<EngineModel>? models) => models switch
    {
        null => _local.FirstOrDefault(c => c.Providers[0].Id == engine.Id),
        [] => null,
        { } listed => LocalCatalog.Of(engine, listed),
    };

    public void Dispose()
    {
        _probe.Dispose();
        _discovering.Dispose();
    }

    private static bool IsPortOf(string url, int port) => BindingAddress.Parse(url).Port == port;

    private bool IsRecent() =>
        Volatile.Read(ref _discoveredAt) is var at && at != Never && _clock.GetElapsedTime(at) < DiscoveryInterval;

    private bool ReplaceLocal(ImmutableArray<CatalogContent> local)
    {
        lock (_replacing)
        {
            var found = Names(local);
            if (!_settings.LocalEngines || found.SequenceEqual(Names(_local)))
            {
                return false;
            }

            _local = local;
            Volatile.Write(ref _current, Snapshot(_settings.Catalog, local));
            _log.LocalEnginesFound(found.Length, string.Join(", ", local.Select(static c => c.Providers[0].Id)));
            return true;
        }
    }

    // What an engine may say of a model at one time and not at another, or in another way.
    private static ImmutableArray<(string, int?, string)> Names(ImmutableArray<CatalogContent> local) =>
        [.. local.SelectMany(static c => c.Endpoints).Select(static e => (e.Id, e.ContextLength, string.Join(' ', [.. e.SupportedParameters, .. e.Model.InputModalities])))];

    /// <summary>An engine whose id a configured provider has is left out: what the operator says goes before what is found.</summary>
    private static CatalogSnapshot Snapshot(CatalogContent configured, ImmutableArray<CatalogContent> local)
    {
        var models = configured.Models;
        var providers = configured.Providers;
        var endpoints = configured.Endpoints;
        foreach (var engine in local)
        {
            if (providers.Any(p => p.Id == engine.Providers[0].Id))
            {
                continue;
            }

            var known = models.ToDictionary(static m => m.Id, StringComparer.Ordinal);
            providers = providers.AddRange(engine.Providers);
            models = models.AddRange(engine.Models.Where(m => !known.ContainsKey(m.Id)));
            endpoints = endpoints.AddRange(engine.Endpoints.Select(e => known.TryGetValue(e.Model.Id, out var model) ? e with { Model = model } : e));
        }

        return new(providers, models, endpoints, configured.Aliases);
    }
}
