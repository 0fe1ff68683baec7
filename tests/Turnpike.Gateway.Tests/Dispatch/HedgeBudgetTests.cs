using Turnpike.Core.Money;
using Turnpike.Gateway.Dispatch.Hedging;
using Turnpike.Gateway.Telemetry;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Dispatch;

/// <summary>Second attempts stay below a share of the requests, and below an amount of money.</summary>
public sealed class HedgeBudgetTests
{
    private readonly SteppedTime _time = new();

    private HedgeBudget Budget(decimal share, decimal usd) =>
        new(new() { Routing = new() { Hedging = new() { ShareMax = share, CostPerHourMax = NanoUsd.FromUsd(usd) } } }, _time);

    private static void Count(HedgeBudget budget, int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            budget.Count();
        }
    }

    [Fact]
    public void One_in_twenty_is_one_in_twenty()
    {
        var budget = Budget(share: 0.05m, usd: 1);
        Count(budget, 19);
        Assert.Equal(HedgeEvent.RefusedShare, budget.TryStart(NanoUsd.Zero));

        Count(budget, 1);

        Assert.Equal(HedgeEvent.Started, budget.TryStart(NanoUsd.Zero));
        Assert.Equal(HedgeEvent.RefusedShare, budget.TryStart(NanoUsd.Zero));
    }

    [Fact]
    public void Requests_of_more_than_five_minutes_ago_do_not_count()
    {
        var budget = Budget(share: 0.05m, usd: 1);
        Count(budget, 100);

        _time.Step(TimeSpan.FromMinutes(6));
        Count(budget, 1);

        Assert.Equal(HedgeEvent.RefusedShare, budget.TryStart(NanoUsd.Zero));
    }

    [Fact]
    public void What_those_under_way_may_cost_counts_until_it_is_known_what_they_did()
    {
        var budget = Budget(share: 1, usd: 1);
        Count(budget, 100);
        var estimate = NanoUsd.FromUsd(0.6m);
        Assert.Equal(HedgeEvent.Started, budget.TryStart(estimate));
        Assert.Equal(HedgeEvent.RefusedCost, budget.TryStart(estimate));

        budget.End(estimate, lost: NanoUsd.FromUsd(0.4m));

        Assert.Equal(HedgeEvent.Started, budget.TryStart(estimate));
        Assert.Equal(HedgeEvent.RefusedCost, budget.TryStart(new(1)));
    }

    [Fact]
    public void What_was_lost_is_forgotten_after_an_hour()
    {
        var budget = Budget(share: 1, usd: 1);
        Count(budget, 1);
        Assert.Equal(HedgeEvent.Started, budget.TryStart(NanoUsd.FromUsd(1)));
        budget.End(NanoUsd.FromUsd(1), NanoUsd.FromUsd(1));

        _time.Step(TimeSpan.FromMinutes(58));
        Count(budget, 1);
        Assert.Equal(HedgeEvent.RefusedCost, budget.TryStart(new(1)));
        _time.Step(TimeSpan.FromMinutes(3));
        Count(budget, 1);

        Assert.Equal(HedgeEvent.Started, budget.TryStart(new(1)));
    }
}
