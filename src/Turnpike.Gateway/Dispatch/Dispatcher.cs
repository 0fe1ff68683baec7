using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;
using Turnpike.Gateway.Streaming;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Sends a request down its route until an endpoint answers. The only station that sends.</summary>
/// <remarks>An attempt that gives no content gives way to the next; one that has given content is the answer, however it ends.</remarks>
internal sealed class Dispatcher(Upstreams upstreams, Watchdog watchdog, GatewayTelemetry telemetry, GatewayOptions options, TimeProvider time)
{
    private const int ErrorBodyBytesMax = 64 << 10;

    /// <summary>Goes down the route. A stream's chunks have been relayed when it returns; a whole answer stands in the flow of the answer's
    /// connection. The caller disposes the connection when it has told the end.</summary>
    public async Task<Answer> SendAsync(Exchange exchange)
    {
        List<UpstreamFailure>? failures = null;
        foreach (var endpoint in exchange.Route.Endpoints)
        {
            var upstream = upstreams.For(endpoint);
            var facts = new AnswerFacts();
            var startedAt = time.GetTimestamp();
            var (answer, failure) = await AttemptAsync(exchange, upstream, facts);
            exchange.Attempts.Add(new(
                endpoint.Id,
                endpoint.Provider.Name,
                failure?.Status ?? 200,
                (int)time.GetElapsedTime(startedAt, exchange.FirstContentAt == 0 ? time.GetTimestamp() : exchange.FirstContentAt).TotalMilliseconds,
                failure?.Error.Type ?? answer?.Error?.Type));
            if (answer is not null)
            {
                return answer;
            }

            telemetry.AttemptFailed(endpoint, failure!.Error.Type);
            (failures ??= []).Add(failure);
            if (!failure.MayTryNext || exchange.Attempts.Count == options.Limits.AttemptsMax || exchange.Http.RequestAborted.IsCancellationRequested)
            {
                break;
            }
        }

        return new(Outcome.NotServed, new AnswerFacts()) { Error = MostUseful(failures!) };
    }

    private async Task<(Answer? Answer, UpstreamFailure? Failure)> AttemptAsync(Exchange exchange, Upstream upstream, AnswerFacts facts)
    {
        if (Prepare(exchange, upstream, facts, out var call) is { } unsaid)
        {
            return (null, unsaid);
        }

        var provider = upstream.Endpoint.Provider;
        var places = upstream.Connections.Places;
        if (!places.Wait(0) && !await places.WaitAsync(provider.Timeouts.Queue, exchange.Http.RequestAborted))
        {
            call.Dispose();
            return (null, new(GatewayErrors.ProviderOverloaded(provider.Name, null), 0, MayTryNext: true));
        }

        var relay = exchange.Request.Stream
            ? new StreamRelay(exchange, call.Format.NewFramer(options.Limits.EventBytesMax), call.Flow, facts, time, options.Streaming)
            : null;
        var firstToken = relay is null ? provider.Timeouts.Total : provider.Timeouts.FirstToken;
        var watch = new AttemptWatch(watchdog, time, provider.Timeouts, firstToken, relay, exchange.Http.RequestAborted);
        var open = new OpenAttempt(places, watch, relay, call.Flow) { Message = call.Message };
        (Answer? Answer, UpstreamFailure? Failure) end = default;
        try
        {
            if (upstream.Connections.Signer is { } signer)
            {
                await signer.SignAsync(call.Message, (call.Message.Content as JsonBody)?.Bytes ?? default, watch.Token);
            }

            var response = open.Response = await upstream.Connections.Invoker.SendAsync(call.Message, watch.Token);
            var body = open.Body = Decompressed(await response.Content.ReadAsStreamAsync(watch.Token), response);
            if (response.StatusCode != HttpStatusCode.OK || (relay is not null && !call.Format.IsStream(response.Content.Headers.ContentType?.MediaType)))
            {
                end = (null, await ReadFailureAsync(response, body, upstream, watch));
            }
            else
            {
                end = relay is not null
                    ? Judge(await relay.RunAsync(body, watch), upstream, open, facts)
                    : await WholeAnswer.ReadAsync(open, upstream, facts, options.Limits.AnswerBytesMax);
            }
        }
        catch (OperationCanceledException) when (watch.Token.IsCancellationRequested)
        {
            end = CalledOff(watch.Reason, upstream, facts);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException)
        {
            end = watch.Reason == CallOff.None
                ? (null, UpstreamFailure.Unusable(provider.Name, 0, Describe(exception)))
                : CalledOff(watch.Reason, upstream, facts);
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

        if (end.Answer is null)
        {
            return end;
        }

        if (end.Answer.Outcome == Outcome.Completed && exchange.FirstContentAt == 0)
        {
            exchange.FirstContentAt = time.GetTimestamp();
        }

        return (end.Answer with { Connection = open }, null);
    }

    // Writes the request for one endpoint and makes ready for its answer; what cannot be said to it is a failure without an attempt.
    private UpstreamFailure? Prepare(Exchange exchange, Upstream upstream, AnswerFacts facts, out UpstreamCall call)
    {
        call = default;
        var caller = exchange.Format;
        if (upstream.AddressOf(caller.Operation, exchange.Request.Stream) is not { } address)
        {
            return new(GatewayErrors.ProviderUnavailable(upstream.Endpoint.Provider.Name, "it does not know this operation."), 0, MayTryNext: true);
        }

        var target = new UpstreamTarget(upstream.Endpoint, upstream.UpstreamModel, exchange.AffordedOutput, HiddenUser(exchange));
        var identity = new AnswerIdentity(JsonText.Quote(exchange.Id.Value), upstream.Model, upstream.Provider);
        var context = new AnswerContext(identity, facts, exchange.At.ToUnixTimeSeconds(), exchange.Request);
        var message = new HttpRequestMessage(HttpMethod.Post, address) { Version = HttpVersion.Version11 };
        upstream.Connections.AddHeaders(message);
        if (!exchange.IsEdited && caller.PassesThrough(upstream.Endpoint, exchange.Request))
        {
            message.Content = caller.Passthrough(exchange.Body.Memory, exchange.Request, target);
            call = new(upstream.Format, message, caller.NewRewriter(context));
            return null;
        }

        if (exchange.ReadNeutral() is { } unread)
        {
            message.Dispose();
            return new(unread, 0, MayTryNext: false);
        }

        var output = new ArrayBufferWriter<byte>(exchange.Body.Length + 512);
        if (upstream.Format.Write(exchange.Neutral!, target, output, exchange.Dropped = new()) is { } unsaid)
        {
            message.Dispose();
            return new(unsaid, 0, MayTryNext: true);
        }

        message.Content = new JsonBody(output.WrittenMemory);
        upstream.Format.AddHeaders(exchange.Neutral!, target, message.Headers);
        call = new(upstream.Format, message, new TranslatedFlow(upstream.Format.NewReader(exchange.Neutral!, target), caller.NewWriter(context with { Neutral = exchange.Neutral })));
        return null;
    }

    // Stable for one end user of one account, and telling nothing of either.
    private static string? HiddenUser(Exchange exchange) => exchange.Request.User is { } user
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{exchange.Key.Account.Id}\n{user}")).AsSpan(0, 16))
        : null;

    private static (Answer? Answer, UpstreamFailure? Failure) Judge(StreamEnd end, Upstream upstream, OpenAttempt open, AnswerFacts facts)
    {
        var name = upstream.Endpoint.Provider.Name;
        open.IsWhole = end == StreamEnd.Whole;
        return end switch
        {
            StreamEnd.Whole => (Ended(Outcome.Completed, null), null),
            StreamEnd.LimitReached => (Ended(Outcome.LimitReached, null), null),
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
            : (null, UpstreamFailure.Unusable(name, 200, detail));
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
                    ? UpstreamFailure.Unusable(provider, status, "it sent what is not an event stream.")
                    : UpstreamFailure.FromBody(provider, error)
                : UpstreamFailure.FromStatus(provider, status, error, UpstreamFailure.RetryAfter(response.Headers, time.GetUtcNow()));
        }
        finally
        {
            buffer.Dispose();
        }
    }

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

    // Of several failures the one that tells the caller most: what it can mend, then when to come back, then the last.
    private static GatewayError MostUseful(List<UpstreamFailure> failures)
    {
        var best = failures.FindLast(static f => f.Error.Fault == Fault.Caller)
            ?? failures.FindLast(static f => f.Error.Status == 429)
            ?? failures[^1];
        return failures.Count == 1
            ? best.Error
            : best.Error with
            {
                PreviousErrors = [.. failures.Where(f => !ReferenceEquals(f, best))
                    .Select(static f => new PreviousError(f.Error.ProviderName ?? "", f.Error.ProviderCode ?? f.Error.Type, f.Error.Status))],
            };
    }
}
