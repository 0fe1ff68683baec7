using System.Collections.Immutable;
using System.Globalization;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>Chooses models for a request by what it asks for, how good they are at it and what they would cost. Pure: the same inputs give
/// the same choice.</summary>
internal sealed class AutoSelector(QualityTable quality)
{
    /// <summary>Models in a choice: the first and its fallbacks.</summary>
    public const int RankedMax = 4;

    private const int Tiers = 5;

    /// <summary>How much a dollar weighs by default, from 0 to <see cref="TradeoffMax"/>.</summary>
    private const int TradeoffDefault = 4;

    private const int TradeoffMax = 10;

    /// <summary>One step of the dial: at 4, a model ten times as dear must be 1.7 times as good.</summary>
    private const double WeightPerStep = 0.06;

    /// <summary>Speed of a model of which none is known, tokens a second: below most that were measured.</summary>
    private const double UnknownSpeed = 40;

    /// <summary>Below it prices do not count: what costs nothing is not infinitely good.</summary>
    private const long CostFloor = NanoUsd.PerUsd / 100_000;

    /// <summary>The capable models, the best choice first; empty when none is left.</summary>
    /// <param name="candidates">Those that the caller's other rules allow.</param>
    /// <param name="open">What the rules of providers and health leave of each.</param>
    public ImmutableArray<RankedModel> Select(in PromptFeatures features, ImmutableArray<ModelEntry> candidates, AutoWishes wishes, OpenEndpoints open)
    {
        var pool = Pool(features, candidates, wishes, open);
        if (wishes.Tier is { } tier)
        {
            pool = Band(pool, tier);
        }

        return Rank(pool, features, wishes);
    }

    /// <summary>What the choice went by, in words for people; no text of the prompt is in them.</summary>
    public static string Explain(in PromptFeatures features, AutoWishes wishes) => Text(
        $"task {TaskKinds.Profile(features.Kind).Word} (confidence {features.Confidence:F2}), difficulty {features.Difficulty:F2} ({features.Band}), needs {Words(features.Needs)}, about {features.PromptTokens} prompt tokens; strategy {Lower(wishes.Strategy)}, cost tier {(wishes.Tier is { } tier ? Lower(tier) : "any")}");

    /// <summary>Why a model stands where it does.</summary>
    public static string Explain(RankedModel model) => Text($"quality {model.Quality:F1} ({model.Source}), expected cost ${model.ExpectedCost} at {model.Endpoint.Provider.Name} ({model.Endpoint.Tag})");

    private static string Words(PromptNeeds needs) => needs == PromptNeeds.None ? "text only" : Lower(needs);

    private static string Lower<T>(T word) where T : struct, Enum => word.ToString().ToLowerInvariant();

    private List<RankedModel> Pool(in PromptFeatures features, ImmutableArray<ModelEntry> candidates, AutoWishes wishes, OpenEndpoints open)
    {
        var profile = TaskKinds.Profile(features.Kind);
        var (healthy, sick) = (new List<RankedModel>(), new List<RankedModel>());
        foreach (var candidate in candidates)
        {
            if (IsWanted(candidate.Model, wishes) && Fitness.Of(candidate, features) is { } entry && open.First(entry) is { } first)
            {
                var figures = quality.Of(entry);
                (first.IsHealthy ? healthy : sick).Add(new(
                    entry.Model, first.Endpoint, profile.Rate(figures, features.IsForeign), figures.Source, ExpectedCost(first.Endpoint, features), figures.TokensPerSecond ?? UnknownSpeed));
            }
        }

        return Leave(healthy, sick, open);
    }

    // Who is ill is asked only where nobody else can be; and the simulator, which is for trying things out, only where no provider is left.
    private static List<RankedModel> Leave(List<RankedModel> healthy, List<RankedModel> sick, OpenEndpoints open)
    {
        var real = healthy.FindAll(static m => !IsSimulated(m.Endpoint));
        var ill = sick.FindAll(static m => !IsSimulated(m.Endpoint));
        if (real.Count == 0)
        {
            return ill.Count > 0 ? ill : healthy;
        }

        ill.ForEach(_ => open.NoteSick());
        return real;
    }

    private bool IsWanted(Model model, AutoWishes wishes)
    {
        var isNamed = false;
        foreach (var pattern in wishes.Allowed)
        {
            isNamed |= pattern.Matches(model.Id) && (!model.IsFreeVariant || pattern.Text.Contains(':', StringComparison.Ordinal));
        }

        foreach (var pattern in wishes.Excluded)
        {
            if (pattern.Matches(model.Id))
            {
                return false;
            }
        }

        // Free variants have limits of their own: only for who asks for them.
        return isNamed || (wishes.Allowed.IsEmpty && !model.IsFreeVariant && quality.IsForChat(model));
    }

    private static bool IsSimulated(Endpoint endpoint) => endpoint.Provider.Dialect == Core.Catalog.Dialects.Simulator;

    private static NanoUsd ExpectedCost(Endpoint endpoint, in PromptFeatures features)
    {
        var output = Math.Min(features.OutputLimit ?? long.MaxValue, TaskKinds.Profile(features.Kind).OutputTokens);
        var prices = endpoint.Prices.At(features.PromptTokens);
        var cost = (((Int128)prices.Prompt.Value * features.PromptTokens) + ((Int128)prices.Completion.Value * output)) / 1_000_000;
        return new((long)Int128.Min(cost + (prices.Request?.Value ?? 0), long.MaxValue));
    }

    private static List<RankedModel> Band(List<RankedModel> pool, CostTier tier)
    {
        var byCost = pool.OrderBy(static m => m.ExpectedCost.Value).ThenBy(static m => m.Model.Id, StringComparer.Ordinal).ToList();
        var from = byCost.Count * (int)tier / Tiers;
        var to = byCost.Count * ((int)tier + 1) / Tiers;
        return byCost.Count == 0 ? byCost : byCost.GetRange(Math.Min(from, byCost.Count - 1), Math.Max(1, to - from));
    }

    private static ImmutableArray<RankedModel> Rank(List<RankedModel> pool, in PromptFeatures features, AutoWishes wishes)
    {
        if (pool.Count == 0)
        {
            return [];
        }

        var tradeoff = wishes.Tradeoff ?? TradeoffDefault;
        var strategy = wishes.Strategy;
        var level = LevelOf(pool, strategy, wishes.Tradeoff, features.Difficulty);
        var scored = pool.Select(m => m with { Score = ScoreOf(m, strategy, tradeoff) });
        return
        [
            .. scored.OrderByDescending(m => m.Quality >= level)
                .ThenByDescending(m => m.Quality >= level ? m.Score : m.Quality)
                .ThenBy(static m => m.ExpectedCost.Value)
                .ThenBy(static m => m.Model.Id, StringComparer.Ordinal)
                .Take(RankedMax),
        ];
    }

    // The harder the task, the better a model must be before its price counts. Who turned the dial to the end wants the cheapest, whatever it is.
    private static double LevelOf(List<RankedModel> pool, AutoStrategy strategy, int? tradeoff, double difficulty)
    {
        if (tradeoff == TradeoffMax || strategy == AutoStrategy.Quality)
        {
            return 0;
        }

        var share = strategy == AutoStrategy.Cost ? 0.6 * difficulty : 0.15 + (0.7 * difficulty);
        var byQuality = pool.Select(static m => m.Quality).Order().ToArray();
        return byQuality[(int)(share * (byQuality.Length - 1))];
    }

    private static double ScoreOf(RankedModel model, AutoStrategy strategy, int tradeoff)
    {
        var cost = Math.Log(Math.Max(model.ExpectedCost.Value, CostFloor));
        return strategy switch
        {
            AutoStrategy.Cost => -cost,
            AutoStrategy.Speed => model.Score, // still the speed that the pool was made with
            AutoStrategy.Quality => model.Quality,
            AutoStrategy.Balanced when tradeoff == TradeoffMax => -cost,
            AutoStrategy.Balanced => Math.Log(Math.Max(model.Quality, 0.1)) - (tradeoff * WeightPerStep * cost),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
