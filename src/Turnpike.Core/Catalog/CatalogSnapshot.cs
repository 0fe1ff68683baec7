using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Turnpike.Core.Catalog;

/// <summary>Models, providers and endpoints as one request sees them: immutable, indexed, complete.</summary>
public sealed class CatalogSnapshot
{
    private readonly FrozenDictionary<string, ModelEntry> _byName;
    private readonly FrozenDictionary<string, ModelEntry>.AlternateLookup<ReadOnlySpan<char>> _byNameChars;

    /// <param name="providers">Every enabled provider.</param>
    /// <param name="models">Every model that has an endpoint, in the order in which lists show them.</param>
    /// <param name="endpoints">Each points into the other two.</param>
    /// <param name="aliases">Other names of models, each to a model's id.</param>
    /// <exception cref="ArgumentException">Two things have one name, or an endpoint points to what is not there.</exception>
    public CatalogSnapshot(
        ImmutableArray<Provider> providers,
        ImmutableArray<Model> models,
        ImmutableArray<Endpoint> endpoints,
        IReadOnlyDictionary<string, string>? aliases = null)
    {
        Providers = providers;
        var byModel = endpoints.ToLookup(static e => e.Model.Id, StringComparer.Ordinal);
        Models = [.. models.Select(m => new ModelEntry(m, [.. byModel[m.Id]])).Where(static m => m.Endpoints.Length > 0)];
        Endpoints = endpoints;

        var names = new Dictionary<string, ModelEntry>(StringComparer.Ordinal);
        foreach (var entry in Models)
        {
            if (!names.TryAdd(entry.Model.Id, entry))
            {
                throw new ArgumentException($"Two models are called {entry.Model.Id}.", nameof(models));
            }
        }

        foreach (var entry in Models)
        {
            names.TryAdd(entry.Model.CanonicalSlug, entry);
        }

        foreach (var bare in Models.GroupBy(static m => m.Model.Id[(m.Model.Id.IndexOf('/') + 1)..]).Where(static g => g.Count() == 1))
        {
            names.TryAdd(bare.Key, bare.First());
        }

        foreach (var (alias, id) in aliases ?? FrozenDictionary<string, string>.Empty)
        {
            if (names.TryGetValue(id, out var entry))
            {
                names.TryAdd(alias, entry);
            }
        }

        _byName = names.ToFrozenDictionary(StringComparer.Ordinal);
        _byNameChars = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public ImmutableArray<Provider> Providers { get; }

    public ImmutableArray<ModelEntry> Models { get; }

    public ImmutableArray<Endpoint> Endpoints { get; }

    /// <summary>Finds a model by id, permanent slug, unambiguous bare slug or alias; null when there is none.</summary>
    public ModelEntry? Find(ReadOnlySpan<char> name) => _byNameChars.TryGetValue(name, out var entry) ? entry : null;
}

/// <summary>A model and its endpoints, in catalogue order.</summary>
public sealed record ModelEntry(Model Model, ImmutableArray<Endpoint> Endpoints);

/// <summary>Gives the catalogue in force. A request reads it once and keeps what it read.</summary>
public interface ICatalog
{
    CatalogSnapshot Current { get; }

    /// <summary>Looks for engines on this machine again, at most once in a while; does nothing where that is off. Used when a caller names
    /// a model that is not known.</summary>
    /// <returns>True when the catalogue has changed.</returns>
    ValueTask<bool> DiscoverAsync(CancellationToken cancellationToken);
}
