using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dispatch.Faults;
using Turnpike.Gateway.Dispatch.Rescue;
using Turnpike.Gateway.Media;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Sends a request down its route until an endpoint answers, and has a broken stream gone on with.</summary>
/// <remarks>An attempt that gives no content gives way to the next, as the rule of its failure says (<see cref="AttemptPlan"/>); one that has
/// given content is the answer, unless another endpoint can go on with it (<see cref="StreamRescue"/>).</remarks>
internal sealed class Dispatcher(Upstreams upstreams, AttemptSender sender, MediaFetcher media, HealthRecorder health, GatewayTelemetry telemetry, GatewayOptions options, TimeProvider time, Random random)
{
    /// <summary>Goes down the route. A stream's chunks have been relayed when it returns; a whole answer stands in the flow of the answer's
    /// connection. The caller disposes the connection when it has told the end.</summary>
    public async Task<Answer> SendAsync(Exchange exchange)
    {
        var plan = new AttemptPlan(exchange.Route, options.Limits.AttemptsMax, random);
        using var tap = StreamRescue.TapFor(exchange, options.Streaming);
        exchange.KeepsBody = tap is not null;
        List<UpstreamFailure>? failures = null;
        for (var endpoint = plan.First(); ;)
        {
            var (answer, failure) = await AttemptAsync(exchange, endpoint, plan, tap);
            if (answer is not null)
            {
                return answer.Outcome == Outcome.ProviderFailed && tap is not null ? await RescueAsync(exchange, answer, tap, plan) : answer;
            }

            (failures ??= []).Add(failure!); // one of the two is there
            if (exchange.Http.RequestAborted.IsCancellationRequested || plan.After(endpoint, failure!, TimeLeft(exchange)) is not { } next)
            {
                return new(Outcome.NotServed, new AnswerFacts()) { Error = MostUseful(failures, exchange.Request) };
            }

            if (!await WaitedAsync(exchange, next.Wait))
            {
                return new(Outcome.Withdrawn, new AnswerFacts());
            }

            endpoint = next.Endpoint;
        }
    }

    private async Task<(Answer? Answer, UpstreamFailure? Failure)> AttemptAsync(Exchange exchange, Endpoint endpoint, AttemptPlan plan, TextTap? tap)
    {
        var upstream = upstreams.For(endpoint);
        var facts = new AnswerFacts { Tap = tap };
        var startedAt = time.GetTimestamp();
        if (!CallWriter.PassesThrough(exchange, upstream) && await FetchAsync(exchange, upstream) is { } unfetched)
        {
            return (null, unfetched);
        }

        var (call, unsaid) = CallWriter.Write(exchange, upstream, facts);
        if (unsaid is not null)
        {
            return (null, unsaid);
        }

        call = call with { TakesEmpty = plan.IsLast, TakesFiltered = plan.IsLastModel(endpoint) };
        var end = await sender.SendAsync(exchange, upstream, facts, call, TimeLeft(exchange));
        Ended(exchange, endpoint, startedAt, end.Answer, end.Failure);
        return end;
    }

    // What this provider does not fetch itself.
    private async ValueTask<UpstreamFailure?> FetchAsync(Exchange exchange, Upstream upstream)
    {
        if (exchange.ReadNeutral() is { } unread)
        {
            return new(unread, 0, FailureKind.Caller);
        }

        return await media.FetchAsync(exchange.Neutral!, upstream.Format, upstream.Endpoint, exchange.Http.RequestAborted) is { } unfetched
            ? new(unfetched, 0, FailureKind.Unsaid)
            : null;
    }

    // Another endpoint goes on with a stream that broke; one that breaks as well is gone on with in turn.
    private async Task<Answer> RescueAsync(Exchange exchange, Answer broken, TextTap tap, AttemptPlan plan)
    {
        var rescue = new StreamRescue(exchange, tap);
        if (!rescue.IsPossible || broken.Connection!.Flow.Continued() is not { } writer)
        {
            return broken;
        }

        foreach (var step in rescue.Steps(plan.ForRescue(broken.Endpoint!)))
        {
            if (tap.IsSpoilt || TimeLeft(exchange) <= TimeSpan.Zero || exchange.Http.RequestAborted.IsCancellationRequested || !plan.TryCount())
            {
                break;
            }

            if (await GoOnAsync(exchange, rescue, step, writer) is not { } answer)
            {
                continue;
            }

            await broken.Connection!.DisposeAsync();
            broken = answer;
            exchange.IsRescued = true;
            if (answer.Outcome != Outcome.ProviderFailed)
            {
                return answer;
            }
        }

        return broken;
    }

    private async Task<Answer?> GoOnAsync(Exchange exchange, StreamRescue rescue, RescueStep step, AnswerWriter writer)
    {
        var upstream = upstreams.For(step.Endpoint);
        var facts = new AnswerFacts { Tap = rescue.Tap };
        var startedAt = time.GetTimestamp();
        var (neutral, sink) = rescue.Prepare(step, writer);
        var (call, unsaid) = CallWriter.Continue(exchange, upstream, facts, neutral, writer, sink);
        if (unsaid is not null)
        {
            return null;
        }

        call = call with { TakesEmpty = true, TakesFiltered = true }; // the caller has text already: this may be its end
        var (answer, failure) = await sender.SendAsync(exchange, upstream, facts, call, TimeLeft(exchange));
        Ended(exchange, step.Endpoint, startedAt, answer, failure);
        return answer;
    }

    private void Ended(Exchange exchange, Endpoint endpoint, long startedAt, Answer? answer, UpstreamFailure? failure)
    {
        if (answer?.Outcome == Outcome.Completed && exchange.FirstContentAt == 0)
        {
            exchange.FirstContentAt = time.GetTimestamp();
        }

        var until = exchange.FirstContentAt > startedAt ? exchange.FirstContentAt : time.GetTimestamp();
        exchange.Attempts.Add(new(
            endpoint.Id,
            endpoint.Provider.Name,
            failure?.Status ?? (answer!.Outcome == Outcome.Withdrawn ? 0 : 200), // an attempt is an answer or a failure
            (int)time.GetElapsedTime(startedAt, until).TotalMilliseconds,
            failure?.Error.Type ?? answer?.Error?.Type)
        {
            LostCost = answer?.Outcome == Outcome.ProviderFailed
                ? CostCalculator.Of(endpoint.Prices, BillingPolicy.Lost(exchange.Request, answer.Facts), exchange.Request.Images).Total
                : NanoUsd.Zero,
        });
        if (failure is not null)
        {
            telemetry.AttemptFailed(endpoint, failure.Error.Type);
            health.Failed(exchange, endpoint, failure);
        }
        else if (answer?.Outcome == Outcome.ProviderFailed)
        {
            health.Broke(exchange, endpoint);
        }
    }

    private TimeSpan TimeLeft(Exchange exchange) => options.Limits.Deadline - time.GetElapsedTime(exchange.StartedAt);

    // False when the caller left meanwhile.
    private async Task<bool> WaitedAsync(Exchange exchange, TimeSpan wait)
    {
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, exchange.Http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return !exchange.Http.RequestAborted.IsCancellationRequested;
    }

    // Of several failures the one that tells the caller most: what it can mend, then when to come back, then the last.
    private static GatewayError MostUseful(List<UpstreamFailure> failures, InferenceRequest request)
    {
        var best = failures.FindLast(static f => f.Error.Fault == Fault.Caller)
            ?? failures.FindLast(static f => f.Error.Status == 429)
            ?? failures[^1];
        return best.Error with
        {
            Availability = best.Error.Availability is { } availability ? availability with { RequestedModels = [request.Model, .. request.FallbackModels] } : null,
            PreviousErrors = [.. failures.Where(f => !ReferenceEquals(f, best))
                .Select(static f => new PreviousError(f.Error.ProviderName ?? "", f.Error.ProviderCode ?? f.Error.Type, f.Error.Status))],
        };
    }
}
