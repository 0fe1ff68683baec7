using System.IO.Compression;
using System.Net;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Providers.Credentials;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;
using Turnpike.Gateway.Streaming;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Makes one attempt: sends a call to its endpoint and takes the answer, as far as it comes. The only place that sends.</summary>
internal sealed class AttemptSender(Watchdog watchdog, MinuteLimits minutes, HealthRecorder health, GatewayOptions options, TimeProvider time)
{
    private const int ErrorBodyBytesMax = 64 << 10;

    /// <summary>Sends a call. Either an answer, which has given content however it ended (and whose connection the caller disposes), or a
    /// failure, which has not, and after which nothing is left open. Neither where another attempt of the request was first.</summary>
    /// <param name="timeLeft">Until the request's deadline.</param>
    public async Task<(Answer? Answer, UpstreamFailure? Failure)> SendAsync(
        Exchange exchange, Upstream upstream, AnswerFacts facts, UpstreamCall call, TimeSpan timeLeft)
    {
        var provider = upstream.Endpoint.Provider;
        var caller = call.Lane?.Token ?? exchange.Http.RequestAborted;
        if (!minutes.TryTake(upstream.Endpoint, out var wait))
        {
            call.Dispose();
            return (null, new(GatewayErrors.ProviderRateLimited(provider.Name, wait), 0, Faults.FailureKind.RateLimit) { RetryAfter = wait });
        }

        var places = upstream.Connections.Places;
        if (!places.Wait(0) && (call.Lane is { IsSecond: true } || !await WaitAsync(places, provider.Timeouts.Queue, caller)))
        {
            call.Dispose();
            return caller.IsCancellationRequested
                ? Withdrawn(upstream, facts)
                : (null, new(GatewayErrors.ProviderOverloaded(provider.Name, null), 0, Faults.FailureKind.Overload));
        }

        var relay = exchange.Request.Stream
            ? new StreamRelay(exchange, Framer(exchange, call), call.Flow, facts, time, options.Streaming) { Lane = call.Lane, WaitingBytesMax = options.Limits.AnswerBytesMax }
            : null;
        var timeouts = health.TimeoutsOf(upstream.Endpoint, options.Limits.LearnedFloor);
        timeouts = timeLeft < timeouts.Total ? timeouts with { Total = timeLeft } : timeouts;
        var firstToken = relay is null || call.Flow.MayComeWhole ? timeouts.Total : timeouts.FirstToken;
        var watch = new AttemptWatch(watchdog, time, timeouts, firstToken, relay, caller);
        var open = new OpenAttempt(places, watch, relay, call.Flow) { Message = call.Message };
        (Answer? Answer, UpstreamFailure? Failure) end = default;
        try
        {
            end = await TakeAsync(upstream, facts, call, open);
        }
        catch (OperationCanceledException) when (watch.Token.IsCancellationRequested)
        {
            end = watch.Reason == CallOff.CallerLeft && call.Message.Content is ISentBody { HasBegun: false }
                ? Withdrawn(upstream, facts)
                : CalledOff(watch.Reason, upstream, facts);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException)
        {
            end = watch.Reason != CallOff.None ? CalledOff(watch.Reason, upstream, facts)
                : exception is HttpRequestException { HttpRequestError: HttpRequestError.UserAuthenticationError }
                    ? (null, UpstreamFailure.Unsigned(provider.Name, (exception as CredentialException)?.Message))
                : (null, UpstreamFailure.Unreachable(provider.Name, Describe(exception)));
        }
        finally
        {
            if (relay is not null)
            {
                await relay.TakeTurnAsync();
            }

            if (end.Answer is null)
            {
                await open.DisposeAsync();
            }
        }

        return end.Answer is null ? end : (end.Answer with { Connection = open }, null);
    }

    /// <summary>Waits for a place; false when there was none in time, or the caller has left.</summary>
    private static async Task<bool> WaitAsync(SemaphoreSlim places, TimeSpan time, CancellationToken caller)
    {
        try
        {
            return await places.WaitAsync(time, caller);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static (Answer? Answer, UpstreamFailure? Failure) Withdrawn(Upstream upstream, AnswerFacts facts) =>
        (new(Outcome.Withdrawn, facts) { Endpoint = upstream.Endpoint }, null);

    private async Task<(Answer? Answer, UpstreamFailure? Failure)> TakeAsync(Upstream upstream, AnswerFacts facts, UpstreamCall call, OpenAttempt open)
    {
        var watch = open.Watch;
        if (upstream.Signer is { } signer)
        {
            await signer.SignAsync(call.Message, (call.Message.Content as JsonBody)?.Bytes ?? default, watch.Token);
        }

        var response = open.Response = await upstream.Connections.Invoker.SendAsync(call.Message, watch.Token);
        var body = open.Body = Decompressed(await response.Content.ReadAsStreamAsync(watch.Token), response);
        var relay = open.Relay is { } stream && IsStream(stream, call, response.Content.Headers.ContentType?.MediaType) ? stream : null;
        if (response.StatusCode != HttpStatusCode.OK || (open.Relay is not null && relay is null && !call.Flow.MayComeWhole))
        {
            return (null, await ReadFailureAsync(response, body, upstream, watch));
        }

        health.Answered(upstream.Endpoint, response.Headers);

        var end = relay is not null
            ? Judge(await relay.RunAsync(body, watch), upstream, open, facts)
            : await WholeAnswer.ReadAsync(open, upstream, facts, options.Limits.AnswerBytesMax);
        return end.Answer?.Outcome == Outcome.Completed && EmptyOf(call, facts, upstream.Endpoint.Provider.Name) is { } empty ? (null, empty) : end;
    }

    private IEventFramer Framer(Exchange exchange, in UpstreamCall call) =>
        exchange.Format.TakesBytes(exchange.Request) ? new ByteFramer() : call.Format.NewFramer(options.Limits.EventBytesMax);

    // Where audio is asked for, JSON or a page is an error, whatever its status.
    private static bool IsStream(StreamRelay relay, in UpstreamCall call, string? mediaType) => !relay.TakesBytes
        ? call.Format.IsStream(mediaType)
        : mediaType is null or "application/octet-stream" || mediaType.StartsWith("audio/", StringComparison.OrdinalIgnoreCase);

    // A whole answer that says nothing, while there is somebody else to ask. One that only ran into its limit has thought, and is an answer.
    private static UpstreamFailure? EmptyOf(in UpstreamCall call, AnswerFacts facts, string name) =>
        facts.HasContent ? null : (facts.FinishReason ?? FinishReasons.Normalise(facts.NativeFinishReason!)) switch
        {
            FinishReasons.Length => null,
            FinishReasons.ContentFilter => call.TakesFiltered ? null : UpstreamFailure.Filtered(name),
            _ => call.TakesEmpty ? null : UpstreamFailure.Unusable(name, "its answer is empty."),
        };

    private static (Answer? Answer, UpstreamFailure? Failure) Judge(StreamEnd end, Upstream upstream, OpenAttempt open, AnswerFacts facts)
    {
        var name = upstream.Endpoint.Provider.Name;
        open.IsWhole = end == StreamEnd.Whole;
        return end switch
        {
            StreamEnd.Whole => (Ended(Outcome.Completed, null), null),
            StreamEnd.LimitReached => (Ended(Outcome.LimitReached, null), null),
            StreamEnd.Outrun => default,
            StreamEnd.CalledOff => CalledOff(open.Watch.Reason, upstream, facts),
            StreamEnd.ProviderError when !facts.HasContent => (null, UpstreamFailure.FromBody(name, facts.Error!)),
            StreamEnd.ProviderError => (Ended(Outcome.ProviderFailed, UpstreamFailure.FromBody(name, facts.Error!).Error), null),
            StreamEnd.Garbage => Broken("it sent what is not an answer."),
            StreamEnd.Cut => Broken("its answer ended before it was whole."),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        Answer Ended(Outcome outcome, GatewayError? error) => new(outcome, facts) { Endpoint = upstream.Endpoint, Error = error };

        (Answer?, UpstreamFailure?) Broken(string detail) => facts.HasContent
            ? (Ended(Outcome.ProviderFailed, GatewayErrors.ProviderUnavailable(name, detail)), null)
            : (null, UpstreamFailure.Unusable(name, detail));
    }

    private static (Answer? Answer, UpstreamFailure? Failure) CalledOff(CallOff reason, Upstream upstream, AnswerFacts facts)
    {
        var name = upstream.Endpoint.Provider.Name;
        return reason switch
        {
            CallOff.CallerLeft => (Ended(Outcome.CallerLeft, null), null),
            CallOff.Drained => (Ended(Outcome.OurFault, GatewayErrors.Draining), null),
            CallOff.FirstTokenTimeout => (null, UpstreamFailure.TimedOut(name, "sent no content in time")),
            CallOff.IdleTimeout => TimedOut("stalled in the middle of its answer"),
            CallOff.TotalTimeout => TimedOut("took too long for the whole answer"),
            CallOff.None => throw new System.Diagnostics.UnreachableException(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        Answer Ended(Outcome outcome, GatewayError? error) => new(outcome, facts) { Endpoint = upstream.Endpoint, Error = error };

        (Answer?, UpstreamFailure?) TimedOut(string what) => facts.HasContent
            ? (Ended(Outcome.ProviderFailed, GatewayErrors.ProviderTimeout(name, what)), null)
            : (null, UpstreamFailure.TimedOut(name, what));
    }

    private async Task<UpstreamFailure> ReadFailureAsync(HttpResponseMessage response, Stream body, Upstream upstream, AttemptWatch watch)
    {
        var provider = upstream.Endpoint.Provider.Name;
        var status = (int)response.StatusCode;
        var buffer = new PooledBuffer();
        try
        {
            int read;
            while (buffer.Length < ErrorBodyBytesMax && (read = await body.ReadAsync(buffer.ReserveMemory(4096), watch.Token)) > 0)
            {
                buffer.Advance(read);
            }

            var error = upstream.Format.ReadError(response.Headers, buffer.Memory);
            return status == 200
                ? error.Status is null && error.Type is null && error.Code is null
                    ? UpstreamFailure.Unusable(provider, "it sent what is not an event stream.")
                    : UpstreamFailure.FromBody(provider, error)
                : UpstreamFailure.FromStatus(provider, status, error, WaitAfter(response, error, upstream));
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private TimeSpan? WaitAfter(HttpResponseMessage response, ProviderErrorBody error, Upstream upstream) => error.IsOfDay
        ? Faults.ProviderDay.LeftAt(time.GetUtcNow())
        : LimitHeaders.WaitAfter((int)response.StatusCode, response.Headers, time.GetUtcNow(), upstream.Endpoint.Provider.Quirks.ResetUnit);

    private static Stream Decompressed(Stream body, HttpResponseMessage response) =>
        response.Content.Headers.ContentEncoding.Count == 0 ? body
        : response.Content.Headers.ContentEncoding.Last() switch
        {
            "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(body, CompressionMode.Decompress),
            _ => body,
        };

    private static string Describe(Exception exception) => exception is HttpRequestException { HttpRequestError: var kind }
        ? kind switch
        {
            HttpRequestError.ConnectionError => "no connection could be made.",
            HttpRequestError.NameResolutionError => "its name could not be resolved.",
            HttpRequestError.SecureConnectionError => "no secure connection could be made.",
            _ => "the connection broke.",
        }
        : "the connection broke.";
}
