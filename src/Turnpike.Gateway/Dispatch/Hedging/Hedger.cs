using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Dispatch.Hedging;

/// <summary>Hedging: where an attempt has shown no content for longer than its endpoint usually needs, a second one begins beside it at the
/// next endpoint of the same model, and the first of the two to show content answers.</summary>
/// <remarks>A failure of one leaves the request to the other; when both have failed the route is gone on with behind both. A request is hedged
/// once. Who pays for what is called off: docs/billing.md.</remarks>
internal sealed class Hedger(
    AttemptRunner attempts, HedgeChoice choice, HedgeBudget budget, HealthRecorder health, GatewayTelemetry telemetry, Watchdog watchdog, TimeProvider time)
{
    /// <inheritdoc cref="HedgeChoice.IsWanted"/>
    public bool IsWanted(Exchange exchange) => choice.IsWanted(exchange);

    /// <summary>Tries an endpoint, and another beside it where that is wanted, and takes down what was tried.</summary>
    /// <param name="tap">For the first attempt; the second has one of its own, which stands in the facts of its answer.</param>
    public async Task<AttemptEnd> RunAsync(Exchange exchange, Endpoint endpoint, AttemptPlan plan, TextTap? tap)
    {
        if (exchange.Hedge is not null || plan.IsLast || choice.WaitAt(exchange, endpoint) is not { } wait)
        {
            return await attempts.RunAsync(exchange, endpoint, plan, tap);
        }

        budget.Count();
        exchange.KeepsBody = true; // a send that is called off may still read it when the answer begins
        using var race = new HedgeRace(exchange, watchdog, time, wait.Time);
        var running = attempts.RunAsync(exchange, plan, race.Begin(endpoint, tap));
        await Task.WhenAny(running, race.Due);
        if (running.IsCompleted || TryStart(exchange, race, plan) is not { } estimate)
        {
            var alone = await running;
            attempts.Record(exchange, alone);
            return alone;
        }

        var second = race.Second!; // it has been started
        exchange.Hedge = new(second.Endpoint.Id, (int)time.GetElapsedTime(race.SentAt).TotalMilliseconds, wait.Reason, WasFirst: false);
        var lost = NanoUsd.Zero;
        try
        {
            var beside = attempts.RunAsync(exchange, plan, second);
            await Task.WhenAll(running, beside);
            (var end, lost) = Rank(exchange, race, await running, await beside);
            return end;
        }
        finally
        {
            budget.End(estimate, lost);
        }
    }

    // What was set aside for a second attempt, which has a place in the race then; null where none begins.
    private NanoUsd? TryStart(Exchange exchange, HedgeRace race, AttemptPlan plan)
    {
        var first = race.First.Endpoint;
        if (choice.Beside(first, plan) is not { } endpoint)
        {
            return null;
        }

        var estimate = choice.Estimate(exchange.Request, first, endpoint);
        var decided = budget.TryStart(estimate);
        if (decided == HedgeEvent.Started && !race.TryJoin(endpoint, race.First.Tap is null ? null : new TextTap()))
        {
            budget.End(estimate, NanoUsd.Zero); // the first has shown content just now
            return null;
        }

        telemetry.Hedged(first, decided);
        if (decided != HedgeEvent.Started)
        {
            return null;
        }

        plan.Take(endpoint);
        return estimate;
    }

    // Both have ended. The one that answers stands last, or else the one that failed last.
    private (AttemptEnd End, NanoUsd Lost) Rank(Exchange exchange, HedgeRace race, in AttemptEnd first, in AttemptEnd second)
    {
        var isSecondLast = second.Answer is not null
            || (first.Answer is null && second.Failure is not null && (first.Failure is null || second.EndedAt >= first.EndedAt));
        var (other, lane, last) = isSecondLast ? (first, race.First, second) : (second, race.Second!, first);
        var lost = other.Failure is null ? HedgeChoice.Lost(exchange.Request, lane, last.Answer) : NanoUsd.Zero;
        attempts.Record(exchange, other, lost);
        attempts.Record(exchange, last);
        if (exchange.FirstContentAt != 0)
        {
            Tell(exchange, race, isSecondLast, other);
        }

        telemetry.HedgeLost(lane.Endpoint, lost);
        if (second.Answer is null)
        {
            race.Second!.Tap?.Dispose();
        }

        return (last.Failure is not null && other.Failure is { } failure ? last with { Earlier = new(other.Endpoint, failure) } : last, lost);
    }

    private void Tell(Exchange exchange, HedgeRace race, bool isSecondFirst, in AttemptEnd other)
    {
        exchange.Hedge = exchange.Hedge! with { WasFirst = isSecondFirst };
        telemetry.Hedged(race.First.Endpoint, isSecondFirst ? HedgeEvent.Won : HedgeEvent.Lost);
        if (isSecondFirst && other.Failure is null)
        {
            health.Outrun(exchange, other.Endpoint, time.GetElapsedTime(other.StartedAt, other.EndedAt));
        }
    }
}
