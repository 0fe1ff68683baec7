using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Catalog.Refreshing;

/// <summary>Compares the catalogue in use with a list, and says which differences cannot be true.</summary>
/// <param name="shipped">The catalogue as it ships.</param>
/// <param name="current">The same under what earlier refreshes found.</param>
internal sealed class CatalogComparison(CatalogContent shipped, CatalogContent current)
{
    /// <summary>A price that is this many times another is a slip in the unit.</summary>
    private const int PriceFactorMax = 10;

    /// <summary>When more than one in this many models of a provider is gone, its list was not whole.</summary>
    private const int GoneShare = 3;

    private readonly CatalogSnapshot _names = new(current.Providers, current.Models, current.Endpoints, current.Aliases);
    private readonly ILookup<(string, string), Endpoint> _current = current.Endpoints.ToLookup(static e => (e.Provider.Id, e.UpstreamModel));
    private readonly ILookup<(string, string), Endpoint> _shipped = shipped.Endpoints.ToLookup(static e => (e.Provider.Id, e.UpstreamModel));

    /// <summary>Everything that differs, by provider and model.</summary>
    public ImmutableArray<CatalogChange> Compare(FoundList list)
    {
        var providers = current.Providers.Select(static p => p.Id).ToHashSet(StringComparer.Ordinal);
        var changes = list.Endpoints
            .Where(f => providers.Contains(f.Provider))
            .DistinctBy(static f => (f.Provider, f.UpstreamModel))
            .SelectMany(Changes);
        return [.. changes.Concat(list.IsComplete ? Gone(list) : [])
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

        // Of a name that only the provider has, the model is known when some model is called so.
        var model = found.Model is { } own && Slugs.ModelFault(own) is null ? own : _names.Find(found.UpstreamModel)?.Model.Id;
        return model is null || found.Prices is null || found.OutputModalities.Any(static m => m is not ("text" or "embeddings")) ? null : new(ChangeKind.New, found.Provider, model, found.UpstreamModel, null, found);
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

    private static PriceSheet Bare(PriceSheet sheet) => sheet with { Tiers = [], WebSearch = null, Image = null, CacheWriteHour = null, ImageOutput = null, Characters = null, SearchUnit = null, AudioHour = null };

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
