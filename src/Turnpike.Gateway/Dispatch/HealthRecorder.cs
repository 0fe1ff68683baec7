using System.Diagnostics;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dispatch.Faults;
using Turnpike.Gateway.Routing.Affinity;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Tells endpoints' health how attempts ended, and whose fault it was. Each attempt once: failed ones here by dispatch, the one
/// that answered when it is settled.</summary>
internal sealed partial class HealthRecorder(HealthBoard board, CacheAffinity affinity, TimeProvider time, ILogger<HealthRecorder> logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>How long an endpoint is waited for.</summary>
    public ProviderTimeouts TimeoutsOf(Endpoint endpoint, TimeSpan floor) =>
        board.Limits(endpoint) is { } learned ? learned.Apply(endpoint.Provider.Timeouts, floor) : endpoint.Provider.Timeouts;

    /// <summary>An endpoint has begun to answer. Where that used up a limit of it, it is left alone until the limit is reset, for a minute at most.</summary>
    public void Answered(Endpoint endpoint, HttpResponseHeaders headers)
    {
        if (LimitHeaders.UntilReset(headers, time.GetUtcNow(), endpoint.Provider.Quirks.ResetUnit) is { } wait && wait > TimeSpan.Zero)
        {
            board.Pause(endpoint, wait < LongestPause ? wait : LongestPause);
        }
    }

    /// <summary>What has been learned of an endpoint's pace; null while too little was seen.</summary>
    public LearnedLimits? LearnedOf(Endpoint endpoint) => board.Limits(endpoint);

    public EndpointFigures FiguresOf(Endpoint endpoint) => board.Figures(endpoint);

    /// <summary>An attempt was called off because the one that began after it was first. It would have taken longer than this: left out, its
    /// endpoint would seem the faster the more often it is too slow.</summary>
    public void Outrun(Exchange exchange, Endpoint endpoint, TimeSpan after)
    {
        var waitedMs = (int)Math.Clamp(after.TotalMilliseconds, 1, int.MaxValue);
        var isStream = exchange.Request.Stream;
        board.Record(endpoint, new(AttemptResult.Outrun) { FirstTokenMs = isStream ? waitedMs : 0, TotalMs = isStream ? 0 : waitedMs });
    }

    /// <summary>An attempt gave no content. What that means is said by the rule of its failure.</summary>
    public void Failed(Exchange exchange, Endpoint endpoint, UpstreamFailure failure)
    {
        var rule = FailureRules.For(failure.Kind);
        board.Record(endpoint, new(Judge(failure, rule))
        {
            HadTools = HasTools(exchange.Request),
            RetryAfterMs = failure.RetryAfter is { } wait ? (int)Math.Min(wait.TotalMilliseconds, int.MaxValue) : 0,
        });
        var pause = failure is { Kind: FailureKind.DayLimit, RetryAfter: { } restOfDay } ? restOfDay : rule.Pause;
        if (pause > TimeSpan.Zero && board.Pause(endpoint, pause, wholeProvider: rule.PausesProvider))
        {
            if (failure.Reason is { } reason)
            {
                LogUnsigned(endpoint.Provider.Id, reason, rule.Pause.TotalMinutes);
            }
            else
            {
                LogPaused(endpoint.Provider.Id, failure.Kind, failure.Status, failure.Error.ProviderCode, rule.Pause.TotalMinutes);
            }
        }
    }

    /// <summary>An answer broke after its first content.</summary>
    public void Broke(Exchange exchange, Endpoint endpoint) => board.Record(endpoint, new(AttemptResult.Fault) { HadTools = HasTools(exchange.Request) });

    /// <summary>The request is settled; an endpoint that answered, whole or not, is judged by it.</summary>
    public void Ended(Exchange exchange, Answer answer, in Settled settled)
    {
        if (answer.Endpoint is not { } endpoint || exchange.Attempts is not [.., { } attempt])
        {
            return;
        }

        var usage = settled.Bill.Usage;
        var untilContent = exchange.FirstContentAt == 0 ? TimeSpan.Zero : time.GetElapsedTime(exchange.FirstContentAt);
        board.Record(endpoint, new(Judge(answer.Outcome))
        {
            FirstTokenMs = exchange.Request.Stream ? Math.Max(1, attempt.LatencyMs) : 0,
            LongestGapMs = Math.Max(1, answer.Connection?.Watch.LongestGapMs ?? 0),
            TotalMs = (int)Math.Clamp(attempt.LatencyMs + untilContent.TotalMilliseconds, 1, int.MaxValue), // zero would be «not known»
            PromptTokens = usage.PromptTokens,
            CachedTokens = usage.CachedTokens ?? 0,
            CompletionTokens = usage.CompletionTokens,
            HadTools = HasTools(exchange.Request),
        });
        Bind(exchange, endpoint, answer.Outcome, usage);
    }

    // A named session is bound by its first success; a conversation without one once its prompt has been in a cache.
    private void Bind(Exchange exchange, Endpoint endpoint, Outcome outcome, in TokenUsage usage)
    {
        var route = exchange.Route;
        var isCached = usage.CachedTokens > 0 || usage.CacheWriteTokens > 0;
        if (route.Conversation != 0 && outcome is (Outcome.Completed or Outcome.LimitReached)
            && (route.HasSession || (isCached && endpoint.Prices.CacheRead < endpoint.Prices.Prompt)))
        {
            affinity.Set(route.Conversation, endpoint.Id, usage.PromptTokens);
        }
    }

    private static bool HasTools(InferenceRequest request) => (request.Parameters & RequestParameters.Tools) != 0;

    // Broken answers were taken down when they broke.
    private static AttemptResult Judge(Outcome outcome) => outcome switch
    {
        Outcome.Completed or Outcome.LimitReached => AttemptResult.Success,
        Outcome.ProviderFailed or Outcome.CallerLeft or Outcome.Withdrawn or Outcome.NotServed or Outcome.OurFault => AttemptResult.NotCounted,
        _ => throw new UnreachableException(),
    };

    // A wait for one of our own places (no status) says nothing of the provider.
    private static AttemptResult Judge(UpstreamFailure failure, FailureRule rule) => rule.Health switch
    {
        HealthMark.None => AttemptResult.NotCounted,
        HealthMark.RateLimited when failure.Status == 0 => AttemptResult.NotCounted, // our own limit
        HealthMark.RateLimited => AttemptResult.RateLimited,
        HealthMark.Fault when failure is { Status: 0, Kind: FailureKind.Overload } => AttemptResult.NotCounted,
        HealthMark.Fault => AttemptResult.Fault,
        _ => throw new UnreachableException(),
    };

    // Without the provider's words: some name the key.
    [LoggerMessage(EventIds.ProviderPaused, LogLevel.Warning,
        "{Provider} refused the gateway itself ({Kind}, status {Status}, {Code}): look at its key and its bill there. It is left out for {Minutes} min where others can answer.")]
    private partial void LogPaused(string provider, FailureKind kind, int status, string? code, double minutes);

    [LoggerMessage(EventIds.ProviderUnsigned, LogLevel.Warning,
        "The gateway has no access to {Provider}: {Reason} It is left out for {Minutes} min where others can answer.")]
    private partial void LogUnsigned(string provider, string reason, double minutes);
}
