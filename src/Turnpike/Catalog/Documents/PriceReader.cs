using System.Collections.Immutable;
using System.Globalization;
using Turnpike.Configuration.Documents;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Catalog.Documents;

/// <summary>Reads prices over known ones, exactly: USD per million tokens, per request, per image.</summary>
internal static class PriceReader
{
    /// <summary>Dearer than this is a slip: a price per thousand or per token, or in another unit. USD per million tokens.</summary>
    public const decimal PerMillionMax = 100_000;

    /// <summary>The same for one request or one image, USD.</summary>
    public const decimal EachMax = 1_000;

    private const decimal FactorMin = 0.01m;
    private const decimal FactorMax = 100;
    private const long MinPromptTokensMax = 1_000_000_000;
    private const int NameCharsMax = 32;

    /// <summary>Reads <c>prices</c> of an endpoint: an object over what is known, or a list of whole rows of which the one in force today is taken.</summary>
    /// <param name="isNew">An endpoint that nobody knew must say what tokens cost: nothing is free because a field is missing.</param>
    public static DatedPrices Read(ObjectReader endpoint, DatedPrices basis, bool isNew)
    {
        if (endpoint.Node?.Member("prices") is { Kind: NodeKind.Array })
        {
            return InForce(endpoint, basis, isNew);
        }

        var o = endpoint.Object("prices");
        if (o.Node is null)
        {
            if (isNew)
            {
                endpoint.Fault("prices", "is missing: a new endpoint must say what it costs (0 where it costs nothing)");
            }
        }
        else if (isNew)
        {
            Require(o, "prompt");
            Require(o, "completion");
        }

        var from = From(o);
        var sheet = Sheet(o, basis.Sheet);
        return o.Node is null ? basis : new(sheet, from);
    }

    /// <summary>Reads <c>tierPrices</c> of an endpoint: whole sheets by service tier.</summary>
    public static ImmutableSortedDictionary<string, PriceSheet> Tiers(ObjectReader endpoint, ImmutableSortedDictionary<string, PriceSheet> basis)
    {
        var tiers = basis;
        foreach (var member in endpoint.Members("tierPrices"))
        {
            var name = member.Name!; // A member of an object has a name.
            if (name.Length > NameCharsMax || !name.All(char.IsAsciiLetterLower))
            {
                endpoint.Context.Faults.AddAtName(member, "is not a service tier: flex, priority, batch …");
                continue;
            }

            var o = new ObjectReader(member, endpoint.Context);
            Require(o, "prompt");
            Require(o, "completion");
            tiers = tiers.SetItem(name, Sheet(o, PriceSheet.Free));
        }

        return tiers;
    }

    /// <summary>Reads <c>priceFactors</c> of an endpoint, by field and word: <c>speed:fast</c>, <c>inference_geo:us</c>.</summary>
    public static ModeFactors Factors(ObjectReader endpoint, ModeFactors basis)
    {
        var members = endpoint.Members("priceFactors");
        if (members.Length == 0)
        {
            return basis;
        }

        var o = new ObjectReader(members[0].Parent, endpoint.Context);
        var factors = new Dictionary<string, decimal>(basis.ByWord, StringComparer.Ordinal);
        foreach (var member in members)
        {
            var name = member.Name!; // A member of an object has a name.
            if (name.Length > NameCharsMax || !(name.StartsWith(ModeFactors.Speed, StringComparison.Ordinal) || name.StartsWith(ModeFactors.InferenceGeo, StringComparison.Ordinal)))
            {
                endpoint.Context.Faults.AddAtName(member, "is not a way of serving: speed:WORD or inference_geo:WORD");
            }
            else if (o.Number(name, FactorMin, FactorMax) is { } factor)
            {
                factors[name] = factor;
            }
        }

        return new(factors);
    }

    private static DatedPrices InForce(ObjectReader endpoint, DatedPrices basis, bool isNew)
    {
        DatedPrices? inForce = isNew ? null : basis;
        foreach (var o in endpoint.Objects("prices"))
        {
            Require(o, "from");
            Require(o, "prompt");
            Require(o, "completion");
            var from = From(o);
            var sheet = Sheet(o, PriceSheet.Free);
            if (from <= endpoint.Context.Today && !(inForce?.From > from))
            {
                inForce = new(sheet, from);
            }
        }

        if (inForce is null)
        {
            endpoint.Fault("prices", "must have a row that is in force: all of them begin later");
        }

        return inForce ?? basis;
    }

    private static DateOnly? From(ObjectReader o) =>
        o.Text("from", ModelReader.DateFault) is { } day ? DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    private static void Require(ObjectReader o, string name)
    {
        if (!o.Has(name))
        {
            o.Fault(name, name == "from" ? "is missing: the day from which the row counts" : "is missing: write 0 where it costs nothing");
        }
    }

    private static PriceSheet Sheet(ObjectReader o, PriceSheet basis)
    {
        var sheet = Fields(o, basis);
        var tiers = o.Objects("tiers");
        sheet = o.Has("tiers") ? sheet with { Tiers = ByLength(tiers, sheet with { Tiers = [] }) } : sheet;
        o.Done();
        return sheet;
    }

    private static PriceSheet Fields(ObjectReader o, PriceSheet basis) => basis with
    {
        Prompt = PerMillion(o, "prompt") ?? basis.Prompt,
        Completion = PerMillion(o, "completion") ?? basis.Completion,
        CacheRead = PerMillion(o, "cacheRead") ?? basis.CacheRead,
        CacheWrite = PerMillion(o, "cacheWrite") ?? basis.CacheWrite,
        CacheWriteHour = PerMillion(o, "cacheWriteHour") ?? basis.CacheWriteHour,
        Reasoning = PerMillion(o, "reasoning") ?? basis.Reasoning,
        Audio = PerMillion(o, "audio") ?? basis.Audio,
        AudioOutput = PerMillion(o, "audioOutput") ?? basis.AudioOutput,
        ImageTokens = PerMillion(o, "imageTokens") ?? basis.ImageTokens,
        ImageOutputTokens = PerMillion(o, "imageOutputTokens") ?? basis.ImageOutputTokens,
        Image = o.Usd("image", EachMax, "USD per image") ?? basis.Image,
        Request = o.Usd("request", EachMax, "USD per request") ?? basis.Request,
        WebSearch = o.Usd("webSearch", EachMax, "USD per search") ?? basis.WebSearch,
        ImageOutput = o.Usd("imageOutput", EachMax, "USD per image made") ?? basis.ImageOutput,
        Characters = o.Usd("characters", PerMillionMax, "USD per million characters") ?? basis.Characters,
        SearchUnit = o.Usd("searchUnit", EachMax, "USD per search unit") ?? basis.SearchUnit,
        AudioHour = o.Usd("audioHour", EachMax, "USD per hour of audio") ?? basis.AudioHour,
    };

    private static NanoUsd? PerMillion(ObjectReader o, string name) => o.Usd(name, PerMillionMax, "USD per million tokens");

    private static ImmutableArray<PriceTier> ByLength(IReadOnlyList<ObjectReader> items, PriceSheet basis)
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

/// <summary>A price sheet and the day from which it counts; null when nobody says.</summary>
internal readonly record struct DatedPrices(PriceSheet Sheet, DateOnly? From);
