using System.Collections.Immutable;
using Turnpike.Configuration.Documents;
using Turnpike.Core.Money;

namespace Turnpike.Catalog.Documents;

/// <summary>Reads prices over known ones, exactly: USD per million tokens, per request, per image.</summary>
internal static class PriceReader
{
    /// <summary>Dearer than this is a slip: a price per thousand or per token, or in another unit. USD per million tokens.</summary>
    public const decimal PerMillionMax = 100_000;

    /// <summary>The same for one request or one image, USD.</summary>
    public const decimal EachMax = 1_000;

    private const long MinPromptTokensMax = 1_000_000_000;

    /// <summary>Reads <c>prices</c> of an endpoint.</summary>
    /// <param name="isNew">An endpoint that nobody knew must say what tokens cost: nothing is free because a field is missing.</param>
    public static PriceSheet Read(ObjectReader endpoint, PriceSheet basis, bool isNew)
    {
        var o = endpoint.Object("prices");
        if (isNew && o.Node is null)
        {
            endpoint.Fault("prices", "is missing: a new endpoint must say what it costs (0 where it costs nothing)");
        }
        else if (isNew)
        {
            Require(o, "prompt");
            Require(o, "completion");
        }

        var sheet = Fields(o, basis);
        var tiers = o.Objects("tiers");
        sheet = o.Has("tiers") ? sheet with { Tiers = Tiers(tiers, sheet with { Tiers = [] }) } : sheet;
        o.Done();
        return sheet;
    }

    private static void Require(ObjectReader o, string name)
    {
        if (!o.Has(name))
        {
            o.Fault(name, "is missing: write 0 where it costs nothing");
        }
    }

    private static PriceSheet Fields(ObjectReader o, PriceSheet basis) => basis with
    {
        Prompt = PerMillion(o, "prompt") ?? basis.Prompt,
        Completion = PerMillion(o, "completion") ?? basis.Completion,
        CacheRead = PerMillion(o, "cacheRead") ?? basis.CacheRead,
        CacheWrite = PerMillion(o, "cacheWrite") ?? basis.CacheWrite,
        Reasoning = PerMillion(o, "reasoning") ?? basis.Reasoning,
        Audio = PerMillion(o, "audio") ?? basis.Audio,
        AudioOutput = PerMillion(o, "audioOutput") ?? basis.AudioOutput,
        Image = o.Usd("image", EachMax, "USD per image") ?? basis.Image,
        Request = o.Usd("request", EachMax, "USD per request") ?? basis.Request,
    };

    private static NanoUsd? PerMillion(ObjectReader o, string name) => o.Usd(name, PerMillionMax, "USD per million tokens");

    private static ImmutableArray<PriceTier> Tiers(IReadOnlyList<ObjectReader> items, PriceSheet basis)
    {
        var tiers = new List<PriceTier>();
        foreach (var o in items)
        {
            var from = o.Whole("minPromptTokens", 1L, MinPromptTokensMax);
            if (!o.Has("minPromptTokens"))
            {
                o.Fault("minPromptTokens", "is missing: a tier must say from which prompt length it applies");
            }
            else if (from is not null && tiers.Exists(t => t.MinPromptTokens == from))
            {
                o.Fault("minPromptTokens", $"is the length of another tier too: {from}");
            }

            tiers.Add(new(from ?? 0, Fields(o, basis)));
            o.Done();
        }

        return [.. tiers.OrderBy(static t => t.MinPromptTokens)];
    }
}
