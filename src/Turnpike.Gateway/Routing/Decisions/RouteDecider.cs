using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Strategies;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Decisions;

/// <summary>Decides: filters remove endpoints, a strategy puts the rest in order, wishes move them. Pure: no clock, no chance, no I/O.</summary>
internal static class RouteDecider
{
    private static readonly SortedOrder[] _sorts = [.. Enum.GetValues<SortBy>().Select(static by => new SortedOrder(by))];
    private static readonly IRoutingStrategy[] _strategies = [new MeasuredBalance(), new ClassicBalance()];

    /// <summary>The words that <c>routing.strategy</c> of the configuration takes; the first is the default.</summary>
    public static ImmutableArray<string> StrategyNames { get; } = [.. _strategies.Select(static s => s.Name)];

    public static Decision Decide(DecisionInputs inputs, IEndpointHealth health)
    {
        // 1. Filters, model by model.
        var total = 0;
        foreach (var model in inputs.Models)
        {
            total += model.Endpoints.Length;
        }

        var candidates = new Candidate[total];
        List<Removal>? removed = null;
        Span<int> ends = stackalloc int[inputs.Models.Length];
        var count = 0;
        for (var i = 0; i < inputs.Models.Length; i++)
        {
            count += Fill(inputs, i, candidates.AsSpan(count), health, ref removed);
            ends[i] = count;
        }

        // 2. Order, model by model or all together.
        var chance = new Chance(inputs.Seed);
        var method = "";
        if (IsTogether(inputs))
        {
            count = Order(candidates.AsSpan(0, count), inputs.Models[0], inputs, ref chance, ref removed, ref method);
        }
        else
        {
            count = OrderEach(candidates, ends, inputs, ref chance, ref removed, ref method);
        }

        // 3. Those that fail a wished speed or latency stand behind all others.
        PutSlowLast(candidates.AsSpan(0, count), inputs.Wishes);
        return new(inputs, method, candidates.AsMemory(0, count), removed is null ? [] : [.. removed]);
    }

    private static bool IsTogether(DecisionInputs inputs) =>
        inputs.Models.Length > 1
        && (inputs.Wishes.Partition ?? inputs.Needs.Partition) == SortPartition.None
        && SortOf(inputs, inputs.Models[0]) is not null;

    private static SortBy? SortOf(DecisionInputs inputs, RequestedModel model) => inputs.Wishes.Sort ?? model.Sort ?? inputs.Needs.Strategy;

    private static int Fill(DecisionInputs inputs, int model, Span<Candidate> target, IEndpointHealth health, ref List<Removal>? removed)
    {
        var requested = inputs.Models[model];
        var count = 0;
        foreach (var endpoint in requested.Endpoints)
        {
            if (EndpointFilter.Remover(endpoint, requested.Sort, inputs.Needs, inputs.Wishes) is { } removal)
            {
                (removed ??= []).Add(removal);
                continue;
            }

            target[count] = new(endpoint, health.Figures(endpoint), model)
            {
                Index = (model << 16) + count, // the first model before the others
                HasCache = inputs.Cache is { } cache && cache.EndpointId == endpoint.Id,
            };
            count++;
        }

        return SoftPreferences.Apply(target[..count], inputs.Needs, ref removed);
    }

    private static int OrderEach(
        Candidate[] candidates, ReadOnlySpan<int> ends, DecisionInputs inputs, ref Chance chance, ref List<Removal>? removed, ref string method)
    {
        var count = 0;
        var start = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            var group = candidates.AsSpan(start, ends[i] - start);
            var kept = group.IsEmpty ? 0 : Order(group, inputs.Models[i], inputs, ref chance, ref removed, ref method);
            group[..kept].CopyTo(candidates.AsSpan(count));
            count += kept;
            start = ends[i];
        }

        return count;
    }

    // Answers how many may be tried.
    private static int Order(
        Span<Candidate> group, RequestedModel model, DecisionInputs inputs, ref Chance chance, ref List<Removal>? removed, ref string method)
    {
        var needs = inputs.Needs;
        var input = new RankingInput(needs.PromptTokensEstimate, needs.OutputLimit, needs.Images, needs.HasTools, inputs.Cache?.Tokens ?? 0);
        var wished = inputs.Wishes.Order;
        var name = Rank(group, SortOf(inputs, model), !wished.IsEmpty, inputs, input, ref chance);
        method = method.Length == 0 ? name : method;
        var named = PutNamedFirst(group, wished);
        if (inputs.Wishes.AllowFallbacks)
        {
            return group.Length;
        }

        var kept = named > 0 ? named : 1;
        foreach (ref readonly var candidate in group[kept..])
        {
            (removed ??= []).Add(new(candidate.Endpoint, RemovalRule.NoFallbacks, inputs.Wishes.FallbacksOwner));
        }

        return kept;
    }

    private static string Rank(
        Span<Candidate> group, SortBy? sort, bool isOrdered, DecisionInputs inputs, in RankingInput input, ref Chance chance)
    {
        var wantsTier = inputs.Needs.ServiceTier is ServiceTiers.Priority or ServiceTiers.Fast;
        if ((sort ?? (wantsTier ? SortBy.Throughput : null)) is { } by)
        {
            _sorts[(int)by].Rank(group, input, ref chance);
            if (!wantsTier)
            {
                return _sorts[(int)by].Name;
            }

            PutFirst(group, 0, static (e, _) => e.Tier is ServiceTiers.Priority or ServiceTiers.Fast, "");
            return "tier";
        }

        if (isOrdered)
        {
            // No balancing beside an order: the rest goes by price, what fails just now last.
            Forecast.SetPrices(group, input);
            Arrangement.Sort(group, ClassicBalance.Standing);
            return "order";
        }

        var strategy = Array.Find(_strategies, s => s.Name == inputs.Strategy) ?? _strategies[0];
        strategy.Rank(group, input, ref chance);
        return strategy.Name;
    }

    private static int PutNamedFirst(Span<Candidate> group, ImmutableArray<string> names)
    {
        var placed = 0;
        foreach (var name in names)
        {
            placed = PutFirst(group, placed, static (e, n) => ProviderNames.Matches(e, n), name);
        }

        return placed;
    }

    // Moves those that match behind the ones placed already, and keeps all other order.
    private static int PutFirst(Span<Candidate> group, int placed, Func<Endpoint, string, bool> matches, string name)
    {
        for (var i = placed; i < group.Length; i++)
        {
            if (matches(group[i].Endpoint, name))
            {
                Draw.ToFront(group[placed..], i - placed);
                placed++;
            }
        }

        return placed;
    }

    private static void PutSlowLast(Span<Candidate> candidates, LayeredWishes wishes)
    {
        var throughput = wishes.ThroughputMin;
        var latency = wishes.LatencyMax;
        if (throughput.IsEmpty && latency.IsEmpty)
        {
            return;
        }

        var fast = 0;
        for (var i = 0; i < candidates.Length; i++)
        {
            candidates[i].IsTooSlow = IsTooSlow(candidates[i].Figures, throughput, latency);
            if (!candidates[i].IsTooSlow)
            {
                Draw.ToFront(candidates[fast..], i - fast);
                fast++;
            }
        }
    }

    // What nothing is known of fails nothing.
    private static bool IsTooSlow(in EndpointFigures figures, PercentileCutoffs throughput, PercentileCutoffs latency)
    {
        var speed = figures.Throughput;
        var wait = figures.FirstToken;
        var isSlow = speed.IsKnown
            && (speed.P50 < throughput.P50 || speed.P75 < throughput.P75 || speed.P90 < throughput.P90 || speed.P99 < throughput.P99);
        var isLate = wait.IsKnown && (wait.P50 > latency.P50 || wait.P75 > latency.P75 || wait.P90 > latency.P90 || wait.P99 > latency.P99);
        return isSlow || isLate;
    }
}
