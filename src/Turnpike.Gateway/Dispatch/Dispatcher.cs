using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dispatch.Faults;
using Turnpike.Gateway.Dispatch.Hedging;
using Turnpike.Gateway.Dispatch.Rescue;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Sends a request down its route until an endpoint answers, and has a broken stream gone on with.</summary>
/// <remarks>An attempt that gives no content gives way to the next, as the rule of its failure says (<see cref="AttemptPlan"/>); one that has
/// given content is the answer, unless another endpoint can go on with it (<see cref="StreamRescue"/>). Where it is wished for, a slow
/// attempt gets a second one beside it (<see cref="Hedger"/>).</remarks>
internal sealed class Dispatcher(AttemptRunner attempts, Hedger hedger, GatewayOptions options, TimeProvider time, Random random)
{
    /// <summary>Goes down the route. A stream's chunks have been relayed when it returns; a whole answer stands in the flow of the answer's
    /// connection. The caller disposes the connection when it has told the end.</summary>
    public async Task<Answer> SendAsync(Exchange exchange)
    {
        var plan = new AttemptPlan(exchange.Route, options.Limits.AttemptsMax, random);
        using var tap = StreamRescue.TapFor(exchange, options.Streaming);
        exchange.KeepsBody = tap is not null;
        var isHedged = hedger.IsWanted(exchange);
        List<UpstreamFailure>? failures = null;
        for (var endpoint = plan.First(); ;)
        {
            var end = await (isHedged ? hedger.RunAsync(exchange, endpoint, plan, tap) : attempts.RunAsync(exchange, endpoint, plan, tap));
            if (end.Answer is { } answer)
            {
                using var own = ReferenceEquals(answer.Facts.Tap, tap) ? null : answer.Facts.Tap; // a second attempt's
                return answer.Outcome == Outcome.ProviderFailed && tap is not null ? await RescueAsync(exchange, answer, own ?? tap, plan) : answer;
            }

            failures ??= [];
            if (end.Earlier is { } earlier)
            {
                failures.Add(earlier.Failure);
                plan.Fail(earlier.Endpoint, earlier.Failure);
            }

            var failure = end.Failure!; // one of the two is there
            failures.Add(failure);
            if (FailureRules.For(failure.Kind).Same == SameAgain.WithoutThoughts && !exchange.ForgetThoughts())
            {
                failure = failure with { Kind = FailureKind.Caller }; // there are none (left) that it could mean
            }

            if (exchange.Http.RequestAborted.IsCancellationRequested || plan.After(end.Endpoint, failure, attempts.TimeLeft(exchange)) is not { } next)
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
            if (tap.IsSpoilt || attempts.TimeLeft(exchange) <= TimeSpan.Zero || exchange.Http.RequestAborted.IsCancellationRequested || !plan.TryCount())
            {
                break;
            }

            var next = await StepAsync(exchange, rescue, step, writer);
            if (next?.Fault is not null)
            {
                return next with { Connection = broken.Connection };
            }

            if (next is null)
            {
                continue;
            }

            await broken.Connection!.DisposeAsync();
            broken = next;
            exchange.IsRescued = true;
            if (next.Outcome != Outcome.ProviderFailed)
            {
                return next;
            }
        }

        return broken;
    }

    private async Task<Answer?> StepAsync(Exchange exchange, StreamRescue rescue, RescueStep step, AnswerWriter writer)
    {
        try
        {
            return await attempts.GoOnAsync(exchange, rescue, step, writer);
        }
#pragma warning disable CA1031 // Thrown again once the request is settled; until then the connection of the broken answer is held, over which the end is told.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return Answer.Failed(fault);
        }
    }

    // False when the caller left meanwhile.
    private async Task<bool> WaitedAsync(Exchange exchange, TimeSpan wait)
    {
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, exchange.Http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return !exchange.Http.RequestAborted.IsCancellationRequested;
    }

    // Of several failures the one that tells the caller most: what it can mend, then when to come back, then the last. That an endpoint could not
    // even be asked says little where another one was.
    private static GatewayError MostUseful(List<UpstreamFailure> failures, InferenceRequest request)
    {
        var asked = failures.FindAll(static f => f.Kind != FailureKind.Unsaid);
        asked = asked.Count > 0 ? asked : failures;
        var best = asked.FindLast(static f => f.Error.Fault == Fault.Caller)
            ?? asked.FindLast(static f => f.Error.Status == 429)
            ?? asked[^1];
        return best.Error with
        {
            Availability = best.Error.Availability is { } availability ? availability with { RequestedModels = [request.Model, .. request.FallbackModels] } : null,
            PreviousErrors = [.. failures.Where(f => !ReferenceEquals(f, best))
                .Select(static f => new PreviousError(f.Error.ProviderName ?? "", f.Error.ProviderCode ?? f.Error.Type, f.Error.Status))],
        };
    }
}
