using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Catalog.Refreshing;

/// <summary>Compares the catalogue in use with a list, and says which differences cannot be true.</summary>
/// <param name="shipped">The catalogue as it ships.</param>
/// <param name="current">The same under what earlier refreshes found, with the providers that only the operator has.</param>
/// <param name="configured">These: what turnpike.json says of them is shown, and never overruled.</param>
internal sealed class CatalogComparison(CatalogContent shipped, CatalogContent current, IReadOnlySet<string> configured)
{
    /// <summary>A price that is this many times another is a slip in the unit.</summary>
    private const int PriceFactorMax = 10;

    /// <summary>When more than one in this many models of a provider is gone, its list was not whole.</summary>
    private const int GoneShare = 3;

    private readonly CatalogSnapshot _names = new(current.Providers, current.Models, current.Endpoints, current.Aliases);
    private readonly ILookup<(string, string), Endpoint> _current = current.Endpoints.ToLookup(static e => (e.Provider.Id, e.UpstreamModel));
    private readonly ILookup<(string, string), Endpoint> _shipped = shipped.Endpoints.ToLookup(static e => (e.Provider.Id, e.UpstreamModel));

    private readonly ILookup<string, string> _authors = current.Endpoints
        .Select(static e => (e.Provider.Id, e.Model.Author)).Distinct().ToLookup(static p => p.Id, static p => p.Author);
    private readonly HashSet<string> _known = current.Models.Select(static m => m.Author).ToHashSet(StringComparer.Ordinal);

    /// <summary>Everything that differs, by provider and model.</summary>
    public ImmutableArray<CatalogChange> Compare(FoundList list)
    {
        var providers = current.Providers.Select(static p => p.Id).ToHashSet(StringComparer.Ordinal);
        var changes = list.Endpoints
            .Where(f => providers.Contains(f.Provider))
            .DistinctBy(static f => (f.Provider, f.UpstreamModel))
            .SelectMany(Changes);
        return [.. changes.Concat(list.IsComplete ? Gone(list) : [])
            .Select(c => c.Kind is ChangeKind.New || !configured.Contains(c.Provider) ? c
                : c with { Absurdity = c.Absurdity ?? "turnpike.json says it; change it there", IsConfigured = true })
            .OrderBy(static c => c.Provider, StringComparer.Ordinal)
            .ThenBy(static c => c.Model, StringComparer.Ordinal)
            .ThenBy(static c => c.UpstreamModel, StringComparer.Ordinal)
            .ThenBy(static c => c.Kind)];
    }

    private IEnumerable<CatalogChange> Changes(FoundEndpoint found)
    {
        var key = (found.Provider, found.UpstreamModel);
        if (!_current.Contains(key))
        {
            if (Added(found) is { } added)
            {
                yield return added;
            }

            yield break;
        }

        foreach (var known in _current[key])
        {
            var change = new CatalogChange(ChangeKind.Price, found.Provider, known.Model.Id, known.UpstreamModel, known, found);
            if (found.Prices is { } prices && !Same(prices, known.Prices) && !known.Model.IsFreeVariant)
            {
                yield return change with { Absurdity = Absurdity(known.Prices, prices) };
            }

            if (Differs(found.ContextLength, known.ContextLength) || Differs(found.MaxCompletionTokens, known.MaxCompletionTokens))
            {
                yield return change with { Kind = ChangeKind.Limits };
            }
        }
    }

    private CatalogChange? Added(FoundEndpoint found)
    {
        if (_shipped[(found.Provider, found.UpstreamModel)].FirstOrDefault() is { } back)
        {
            return new(ChangeKind.Back, found.Provider, back.Model.Id, back.UpstreamModel, null, found);
        }

        // Of a name that only the provider has, the model is known when some model is called so; else it is one more of the provider's.
        var model = found.Model is { } own && Slugs.ModelFault(own) is null ? own : _names.Find(found.UpstreamModel)?.Model.Id ?? NewName(found);
        return model is null || found.Prices is null || found.OutputModalities.Any(m => m is not ("text" or "embeddings") && (m != "image" || found.Prices.ImageOutputTokens is null)) ? null : new(ChangeKind.New, found.Provider, model, found.UpstreamModel, null, found);
    }

    // Whoever has models of one author alone is that author; others say the author in their names, or nobody can tell.
    private string? NewName(FoundEndpoint found)
    {
        var name = found.UpstreamModel.ToLowerInvariant();
        var id = _authors[found.Provider].ToArray() is [var author] && !name.Contains('/', StringComparison.Ordinal) ? $"{author}/{name}" : name;
        return Slugs.ModelFault(id) is null && _known.Contains(Slugs.AuthorOf(id)) ? id : null;
    }

    private IEnumerable<CatalogChange> Gone(FoundList list)
    {
        foreach (var provider in list.Endpoints.GroupBy(static f => f.Provider))
        {
            var listed = provider.Select(static f => f.UpstreamModel).ToHashSet(StringComparer.Ordinal);
            var known = current.Endpoints.Where(e => e.Provider.Id == provider.Key).ToList();
            var gone = known.FindAll(e => !listed.Contains(e.UpstreamModel));
            var absurdity = gone.Count * GoneShare > known.Count ? $"{gone.Count} of {known.Count} models of {provider.Key} would be gone" : null;
            foreach (var endpoint in gone)
            {
                yield return new(ChangeKind.Gone, provider.Key, endpoint.Model.Id, endpoint.UpstreamModel, endpoint, null) { Absurdity = absurdity };
            }
        }
    }

    private static bool Differs(int? found, int? known) => found is not null && found != known;

    /// <summary>Whether a sheet says what is known; what lists mostly leave out is not compared.</summary>
    private static bool Same(PriceSheet found, PriceSheet known) =>
        Bare(found) == Bare(known)
        && (found.Tiers.IsEmpty
            || found.Tiers.Select(static t => (t.MinPromptTokens, Bare(t.Prices))).SequenceEqual(known.Tiers.Select(static t => (t.MinPromptTokens, Bare(t.Prices)))));

    private static PriceSheet Bare(PriceSheet sheet) => sheet with { Tiers = [], WebSearch = null, Image = null, ImageTokens = null, ImageOutputTokens = null, CacheWriteHour = null, ImageOutput = null, Characters = null, SearchUnit = null, AudioHour = null };

    private static string? Absurdity(PriceSheet before, PriceSheet after) =>
        Jump("prompts", before.Prompt, after.Prompt) ?? Jump("answers", before.Completion, after.Completion)
        ?? Jump("cached prompts", before.CacheRead ?? before.Prompt, after.CacheRead ?? after.Prompt);

    private static string? Jump(string what, NanoUsd before, NanoUsd after)
    {
        var (low, high) = before < after ? (before, after) : (after, before);
        return high.IsZero ? null
            : low.IsZero ? $"the price of {what} would go from {before.ToUsd()} to {after.ToUsd()} USD"
            : high.Value / PriceFactorMax >= low.Value ? $"the price of {what} would go from {before.ToUsd()} to {after.ToUsd()} USD"
            : null;
    }
}
