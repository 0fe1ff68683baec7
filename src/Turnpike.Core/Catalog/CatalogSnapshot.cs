using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Turnpike.Core.Catalog;

/// <summary>Models, providers and endpoints as one request sees them: immutable, indexed, complete.</summary>
public sealed class CatalogSnapshot
{
    private readonly FrozenDictionary<string, ModelEntry> _byName;
    private readonly FrozenDictionary<string, ModelEntry>.AlternateLookup<ReadOnlySpan<char>> _byNameChars;
    private readonly FrozenDictionary<string, ModelEntry> _latest;

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

        _byName = Names(Models, aliases ?? FrozenDictionary<string, string>.Empty).ToFrozenDictionary(StringComparer.Ordinal);
        _byNameChars = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
        _latest = Models
            .Where(static m => m.Model.Family is not null && m.Model.Variant is null)
            .GroupBy(static m => $"{m.Model.Author}/{m.Model.Family}")
            .ToFrozenDictionary(static g => g.Key, static g => g.OrderByDescending(static m => m.Model.Created).ThenBy(static m => m.Model.Id, StringComparer.Ordinal).First());
    }

    public ImmutableArray<Provider> Providers { get; }

    public ImmutableArray<ModelEntry> Models { get; }

    public ImmutableArray<Endpoint> Endpoints { get; }

    /// <summary>The newest model of each family, by <c>author/family</c>: what <c>~author/family-latest</c> means.</summary>
    public IReadOnlyDictionary<string, ModelEntry> Latest => _latest;

    /// <summary>Finds a model by id, permanent slug, unambiguous bare slug or alias; null when there is none. Names with variants that steer
    /// routing, and those of the newest of a family, are found by <see cref="Find(ModelName)"/>.</summary>
    public ModelEntry? Find(ReadOnlySpan<char> name) => _byNameChars.TryGetValue(name, out var entry) ? entry : null;

    /// <summary>Finds the model that a name means: its variants in any order, those that steer routing left out; null when there is none.</summary>
    /// <remarks>Other variants never give way to the model without them: <c>:free</c> is not answered by what costs money, nor <c>:batch</c> at
    /// another price.</remarks>
    public ModelEntry? Find(ModelName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var wanted = name.WithoutDispensable();
        return FindExactly(name) ?? (ReferenceEquals(wanted, name) ? null : FindExactly(wanted));
    }

    private ModelEntry? FindExactly(ModelName name)
    {
        if (!name.IsLatest && Find(name.CatalogName) is { } entry)
        {
            return entry;
        }

        // Another name of a model has the variants of that model.
        var basis = name.IsLatest ? _latest.GetValueOrDefault(name.Family ?? "") : Find(name.Slug);
        return basis is null || name.CatalogVariant is null ? basis : Find($"{basis.Model.Id}:{name.CatalogVariant}");
    }

    /// <summary>Every name, the surer kinds first: where two things have one name, the earlier kind has it.</summary>
    private static Dictionary<string, ModelEntry> Names(ImmutableArray<ModelEntry> models, IReadOnlyDictionary<string, string> aliases)
    {
        var names = new Dictionary<string, ModelEntry>(StringComparer.Ordinal);
        foreach (var entry in models)
        {
            if (!names.TryAdd(entry.Model.Id, entry))
            {
                throw new ArgumentException($"Two models are called {entry.Model.Id}.", nameof(models));
            }
        }

        // The permanent slug of a free entry is often that of the model itself, whose name it must not take.
        foreach (var entry in models.Where(static m => m.Model.Variant is null || m.Model.CanonicalSlug.EndsWith(":" + m.Model.Variant, StringComparison.Ordinal)))
        {
            names.TryAdd(entry.Model.CanonicalSlug, entry);
        }

        foreach (var bare in models.GroupBy(static m => m.Model.Id[(m.Model.Id.IndexOf('/', StringComparison.Ordinal) + 1)..]).Where(static g => g.Count() == 1))
        {
            names.TryAdd(bare.Key, bare.First());
        }

        foreach (var (alias, id) in aliases)
        {
            if (names.TryGetValue(id, out var entry))
            {
                names.TryAdd(alias, entry);
            }
        }

        return names;
    }
}

/// <summary>A model and its endpoints, in catalogue order.</summary>
public sealed record ModelEntry(Model Model, ImmutableArray<Endpoint> Endpoints)
{
    /// <summary>Tokens of prompt and answer together, at the endpoint that takes most where the model itself does not say it; null when unknown.</summary>
    public int? ContextLength => Model.ContextLength ?? Endpoints.Max(static e => e.ContextLength);

    /// <summary>What the model takes; where the catalogue does not say it of the model, what any of its endpoints takes.</summary>
    public ImmutableArray<string> SupportedParameters => Model.SupportedParameters is { IsDefaultOrEmpty: false } own
        ? own
        : [.. Endpoints.SelectMany(static e => e.SupportedParameters).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The endpoint whose prices and limits stand for the model in lists: the cheapest by prompt and completion together; null where it has none.</summary>
    public Endpoint? Cheapest => Endpoints.MinBy(static e => (Int128)e.Prices.Prompt.Value + e.Prices.Completion.Value);
}

/// <summary>Gives the catalogue in force. A request reads it once and keeps what it read.</summary>
public interface ICatalog
{
    CatalogSnapshot Current { get; }

    /// <summary>Looks for engines on this machine again, at most once in a while; does nothing where that is off. Used when a caller names
    /// a model that is not known.</summary>
    /// <returns>True when the catalogue has changed.</returns>
    ValueTask<bool> DiscoverAsync(CancellationToken cancellationToken);
}
