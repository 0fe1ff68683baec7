using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Images;
using Turnpike.Gateway.Dispatch.Hedging;
using Turnpike.Gateway.Dispatch.Rescue;
using Turnpike.Gateway.Media;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Makes an attempt of what a request is: fetches what its provider does not, writes it, has it sent, and takes down how it went.</summary>
internal sealed class AttemptRunner(Upstreams upstreams, AttemptSender sender, MediaFetcher media, HealthRecorder health, GatewayTelemetry telemetry, GatewayOptions options, TimeProvider time)
{
    /// <summary>Tries an endpoint, and takes it down among the request's attempts.</summary>
    public Task<AttemptEnd> RunAsync(Exchange exchange, Endpoint endpoint, AttemptPlan plan, TextTap? tap) =>
        TryAsync(exchange, endpoint, plan, tap, lane: null);

    /// <summary>Tries an endpoint while another is tried; what becomes of it is taken down by who runs both.</summary>
    public async Task<AttemptEnd> RunAsync(Exchange exchange, AttemptPlan plan, RaceLane lane)
    {
        try
        {
            return await TryAsync(exchange, lane.Endpoint, plan, lane.Tap, lane);
        }
        catch (OperationCanceledException) when (lane.Token.IsCancellationRequested)
        {
            // Before anything was sent. The first one's is the request's end; the second leaves that to it.
            return new(lane.Endpoint, lane.IsSecond ? null : new(Outcome.Withdrawn, new AnswerFacts()) { Endpoint = lane.Endpoint }, null);
        }
        finally
        {
            lane.End();
        }
    }

    /// <summary>Has an endpoint go on with an answer that another one began; null where it cannot be asked, or gave nothing.</summary>
    public async Task<Answer?> GoOnAsync(Exchange exchange, StreamRescue rescue, RescueStep step, AnswerWriter writer)
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
        var end = new AttemptEnd(step.Endpoint, answer, failure) { StartedAt = startedAt, EndedAt = time.GetTimestamp() };
        Judge(exchange, end);
        Record(exchange, end);
        return answer;
    }

    /// <summary>Until the request's deadline.</summary>
    public TimeSpan TimeLeft(Exchange exchange) => options.Limits.Deadline - time.GetElapsedTime(exchange.StartedAt);

    /// <summary>Takes an attempt down for the generation's record. The one that answers stands last.</summary>
    /// <param name="lost">What its provider is likely to ask though another attempt was first.</param>
    public void Record(Exchange exchange, in AttemptEnd end, NanoUsd lost = default)
    {
        if (end.StartedAt == 0)
        {
            return; // nothing was sent
        }

        var answer = end.Answer;
        if (answer?.Outcome == Outcome.Completed && exchange.FirstContentAt == 0)
        {
            exchange.FirstContentAt = end.EndedAt;
        }

        var until = answer is not null && exchange.FirstContentAt > end.StartedAt ? exchange.FirstContentAt : end.EndedAt;
        exchange.Attempts.Add(new(
            end.Endpoint.Id,
            end.Endpoint.Provider.Name,
            end.Failure?.Status ?? (answer is null or { Outcome: Outcome.Withdrawn } ? 0 : 200),
            (int)time.GetElapsedTime(end.StartedAt, until).TotalMilliseconds,
            end.Failure is null && answer is null ? Attempt.Outrun : end.Failure?.Error.Type ?? answer?.Error?.Type)
        {
            LostCost = answer?.Outcome == Outcome.ProviderFailed
                ? CostCalculator.Of(end.Endpoint.PricesOf(exchange.Request.ServiceTier, exchange.Request.Mode), BillingPolicy.Lost(exchange.Request, answer.Facts), exchange.Request.Images).Total
                : lost,
        });
    }

    private async Task<AttemptEnd> TryAsync(Exchange exchange, Endpoint endpoint, AttemptPlan plan, TextTap? tap, RaceLane? lane)
    {
        var upstream = upstreams.For(endpoint);
        var facts = new AnswerFacts { Tap = tap };
        var startedAt = time.GetTimestamp();
        if (exchange.Format.WhyNot(endpoint, exchange.Request) is { } unaskable)
        {
            return new(endpoint, null, new(unaskable, 0, Faults.FailureKind.Unsaid));
        }

        if ((exchange.Request.Wish is not null || !CallWriter.PassesThrough(exchange, upstream)) && await FetchAsync(exchange, upstream, lane) is { } unfetched)
        {
            return new(endpoint, null, unfetched);
        }

        var (call, unsaid) = CallWriter.Write(exchange, upstream, facts);
        if (unsaid is not null)
        {
            return new(endpoint, null, unsaid);
        }

        call = call with { TakesEmpty = plan.IsLast, TakesFiltered = plan.IsLastModel(endpoint), Lane = lane };
        await SentEcho.AppendAsync(exchange, upstream, call);
        lane?.Ready(call, facts, exchange.Dropped);
        var (answer, failure) = await sender.SendAsync(exchange, upstream, facts, call, TimeLeft(exchange));
        if (lane is not null)
        {
            (answer, failure) = await RankedAsync(lane, answer, failure);
        }

        var end = new AttemptEnd(endpoint, answer, failure) { StartedAt = startedAt, EndedAt = time.GetTimestamp() };
        Judge(exchange, end);
        if (lane is null)
        {
            Record(exchange, end);
        }

        return end;
    }

    // Of two attempts one answers; what comes of the other counts for nothing.
    private static async ValueTask<(Answer? Answer, UpstreamFailure? Failure)> RankedAsync(RaceLane lane, Answer? answer, UpstreamFailure? failure)
    {
        if (answer is null)
        {
            return lane.IsOutrun ? default : (null, failure);
        }

        if (await lane.TryWinAsync(isContent: answer.Outcome is Outcome.Completed or Outcome.LimitReached or Outcome.ProviderFailed))
        {
            return (answer, null);
        }

        if (answer.Connection is { } connection)
        {
            await connection.DisposeAsync();
        }

        return default;
    }

    // What this provider does not fetch itself.
    private async ValueTask<UpstreamFailure?> FetchAsync(Exchange exchange, Upstream upstream, RaceLane? lane)
    {
        var token = lane?.Token ?? exchange.Http.RequestAborted;
        if (exchange.Request.Wish is not null)
        {
            // Nobody could be asked for an image of what is not there.
            return exchange.Request.Wish is ImageWish images && await media.FetchAsync(images, token) is { } missing
                ? new(missing, 0, Faults.FailureKind.Caller)
                : null;
        }

        if (exchange.ReadNeutral() is { } unread)
        {
            return new(unread, 0, Faults.FailureKind.Caller);
        }

        return await media.FetchAsync(exchange.Neutral!, upstream.Format, upstream.Endpoint, token) is { } unfetched
            ? new(unfetched, 0, Faults.FailureKind.Unsaid)
            : null;
    }

    private void Judge(Exchange exchange, in AttemptEnd end)
    {
        if (end.Failure is { } failure)
        {
            telemetry.AttemptFailed(end.Endpoint, failure.Error.Type);
            health.Failed(exchange, end.Endpoint, failure);
        }
        else if (end.Answer?.Outcome == Outcome.ProviderFailed)
        {
            health.Broke(exchange, end.Endpoint);
        }
    }
}
