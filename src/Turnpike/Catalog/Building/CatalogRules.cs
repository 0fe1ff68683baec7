using Turnpike.Catalog.Shipped;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Catalog.Building;

/// <summary>What a catalogue must keep to before it ships, besides being readable.</summary>
internal static class CatalogRules
{
    /// <summary>Dearer than this is a slip in the unit.</summary>
    private static readonly NanoUsd PerMillionMax = NanoUsd.FromUsd(2_000);

    /// <summary>Everything that is wrong, a sentence each.</summary>
    public static IEnumerable<string> Faults(CatalogContent content, IReadOnlyCollection<ShippedProvider> providers) =>
        [.. SharedVariables(providers), .. Twice(content), .. Addresses(content), .. content.Endpoints.SelectMany(PriceFaults)];

    /// <summary>What is wrong with the prices of an endpoint.</summary>
    public static IEnumerable<string> PriceFaults(Endpoint endpoint)
    {
        if (endpoint.PriceRow == endpoint.Id)
        {
            yield return $"{endpoint.Id}: its prices have no day from which they count (from).";
        }

        if (endpoint.Model.IsFreeVariant && !endpoint.Prices.IsFree)
        {
            yield return $"{endpoint.Id}: {endpoint.Model.Id} is called free and costs something.";
        }

        var putsOutText = endpoint.Model.OutputModalities.Contains("text");
        foreach (var sheet in endpoint.Prices.Tiers.Select(static t => t.Prices).Append(endpoint.Prices))
        {
            if (sheet.Prompt > PerMillionMax || sheet.Completion > PerMillionMax)
            {
                yield return $"{endpoint.Id}: more than {PerMillionMax.ToUsd()} USD per million tokens.";
            }

            if (putsOutText && sheet.Prompt.IsZero != sheet.Completion.IsZero)
            {
                yield return $"{endpoint.Id}: its prompts or its answers are free and the other is not.";
            }

            if (sheet.CacheRead > sheet.Prompt)
            {
                yield return $"{endpoint.Id}: reading the cache costs more than not having it.";
            }
        }
    }

    private static IEnumerable<string> SharedVariables(IReadOnlyCollection<ShippedProvider> providers) => providers
        .SelectMany(static p => p.Variables)
        .GroupBy(static v => v, StringComparer.Ordinal)
        .Where(static g => g.Count() > 1)
        .Select(static g => $"{g.Key}: belongs to more than one provider.");

    private static IEnumerable<string> Twice(CatalogContent content) => content.Endpoints
        .GroupBy(static e => (e.Provider.Id, e.Model.Id, e.UpstreamModel))
        .Where(static g => g.Count() > 1)
        .Select(static g => $"{g.Key.Item1}: {g.Key.Item2} is there as {g.Key.UpstreamModel} more than once.");

    // One whose address has parts to fill in has none until its settings are known.
    private static IEnumerable<string> Addresses(CatalogContent content) => content.Providers
        .Where(static p => p.BaseUrl is { Scheme: not "https" })
        .Select(static p => $"{p.Id}: its address is not an https URL.");
}
