using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Admission;
using Turnpike.Gateway.Auth;
using Turnpike.Gateway.Caching;
using Turnpike.Gateway.Conversations;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Dispatch;
using Turnpike.Gateway.Plugins;
using Turnpike.Gateway.Replay;
using Turnpike.Gateway.Routing;
using Turnpike.Gateway.Routing.Records;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Surfaces.Answers;
using Turnpike.Gateway.Surfaces.Errors;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway;

/// <summary>The way of a request. This page shows the order of the stations, and nothing else knows it.</summary>
internal sealed partial class Pipeline(
    Authenticator authenticator,
    CallerBody bodies,
    ResponseCache cache,
    StoredResponses responses,
    Router router,
    PluginStation plugins,
    RequestAdmission admission,
    Dispatcher dispatcher,
    RequestSettlement settlement,
    Replays replays,
    GatewayTelemetry telemetry,
    HealthRecorder health,
    DecisionLog decisions,
    TimeProvider time,
    Random random,
    ILogger<Pipeline> logger)
{
    /// <summary>Answers a request: an error before the first content as HTTP, after it in the stream.</summary>
    /// <param name="format">The format that the address speaks.</param>
    public Task RunAsync(HttpContext http, ICallerFormat format) =>
        replays.IsWanted(http.Request) ? RunDetachedAsync(http, format) : RunHereAsync(http, format);

    // A request that may be repeated, or whose stream may be gone on with, runs on its own; whoever is connected follows it.
    private async Task RunDetachedAsync(HttpContext http, ICallerFormat format)
    {
        var auth = await authenticator.AuthenticateAsync(http);
        await (auth.IsKnown
            ? replays.RunAsync(http, auth.Key, detached => RunHereAsync(detached, format))
            : ErrorResponse.WriteAsync(http, auth.Error));
    }

    // True when the answer is whole.
    private async Task<bool> RunHereAsync(HttpContext http, ICallerFormat format)
    {
        var startedAt = time.GetTimestamp();

        // 1. Who asks.
        var auth = await authenticator.AuthenticateAsync(http);
        if (!auth.IsKnown)
        {
            await ErrorResponse.WriteAsync(http, auth.Error);
            return false;
        }

        if (auth.Key.Key.Kind != Core.Accounts.KeyKind.Inference)
        {
            await ErrorResponse.WriteAsync(http, GatewayErrors.InferenceKeyNeeded);
            return false;
        }

        var now = time.GetUtcNow();
        var exchange = new Exchange(http, format, auth.Key, GenerationId.New(now, random), now, startedAt);
        try
        {
            // 2. What is asked; whether the same was asked before.
            if (await ReadAsync(exchange) is { } unread)
            {
                await ErrorResponse.WriteAsync(http, unread);
                return false;
            }

            return cache.WishOf(exchange) is { } wish ? await cache.AnswerAsync(exchange, wish, AskAsync) : await AskAsync(exchange);
        }
        catch (StoreUnavailableException)
        {
            await ErrorResponse.WriteAsync(http, GatewayErrors.StoreUnavailable);
            return false;
        }
        finally
        {
            exchange.Body.Dispose();
        }
    }

    private async Task<bool> AskAsync(Exchange exchange)
    {
        // By which endpoints it can be answered, and whether it is paid for.
        var refusal = await RouteAsync(exchange) ?? Misplaced(exchange) ?? Unasked(exchange) ?? Planned(exchange) ?? await admission.AdmitAsync(exchange);
        if (refusal is not null)
        {
            await ErrorResponse.WriteAsync(exchange.Http, RouteMetadata.Tell(refusal, exchange));
            return false;
        }

        decisions.Add(exchange.Key.Account.Id, exchange.Id, exchange.Route);
        return await AnswerAsync(exchange);
    }

    private async ValueTask<GatewayError?> ReadAsync(Exchange exchange)
    {
        var (request, preset, error) = await bodies.ReadAsync(exchange.Http, exchange.Format, exchange.Key.Account.Id, exchange.Body);
        exchange.Request = request!; // null only beside an error, and then nobody reads it
        exchange.Preset = preset;
        return error ?? await responses.PrepareAsync(exchange);
    }

    private async ValueTask<GatewayError?> RouteAsync(Exchange exchange)
    {
        var (route, error) = await router.FindAsync(exchange.RouteQuery, exchange.Http.RequestAborted);
        exchange.Route = route ?? Route.None;
        return error;
    }

    // What a model gives stands in the catalogue: the other models would be asked in vain.
    private static GatewayError? Misplaced(Exchange exchange)
    {
        foreach (var endpoint in exchange.Route.Endpoints)
        {
            if (OperationOutputs.AreGiven(exchange.Format.Operation, endpoint.Model))
            {
                return null;
            }
        }

        var model = exchange.Route.Endpoints[0].Model;
        return OperationOutputs.Of(exchange.Format.Operation) is { } output
            ? GatewayErrors.WrongModelKind(model.Id, output)
            : GatewayErrors.NoConversations(model.Id, string.Join(", ", model.OutputModalities));
    }

    // Endpoints that cannot be asked for it are passed over; here are none that can.
    private static GatewayError? Unasked(Exchange exchange)
    {
        GatewayError? first = null;
        foreach (var endpoint in exchange.Route.Endpoints)
        {
            if (exchange.Format.WhyNot(endpoint, exchange.Request) is not { } error)
            {
                return null;
            }

            first ??= error;
        }

        return first;
    }

    // Plugins work on conversations.
    private GatewayError? Planned(Exchange exchange) => exchange.Format.Operation == Operation.Chat ? plugins.Plan(exchange) : null;

    private async Task<bool> AnswerAsync(Exchange exchange)
    {
        // 3. A provider answers; a stream's chunks go out as they come.
        using var trace = exchange.Trace = RequestTrace.StartChat(exchange.Route.Endpoints[0].Model.Id);
        Answer answer;
        try
        {
            answer = await PluginStation.PrepareAsync(exchange) is { } error
                ? new(Outcome.NotServed, new AnswerFacts()) { Error = error }
                : await dispatcher.SendAsync(exchange);
        }
#pragma warning disable CA1031 // Thrown again once the request is settled.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            answer = Answer.Failed(fault);
        }

        // The provider's connection is let go behind the end.
        await using var connection = answer.Connection;
        try
        {
            await EndAsync(exchange, answer);
            return answer.Outcome is Outcome.Completed or Outcome.LimitReached;
        }
        catch (Exception fault) when (exchange.HasBegun && !exchange.Http.RequestAborted.IsCancellationRequested)
        {
            // Nobody shall take the stream for one that is still going on, or wait for its end. What is booked stays booked.
            LogBroken(exchange.Id.Value, exchange.Http.TraceIdentifier, fault);
            await AnswerResponse.BreakAsync(exchange, answer, fault is StoreUnavailableException ? GatewayErrors.StoreUnavailable : GatewayErrors.Internal);
            return false;
        }
    }

    private async Task EndAsync(Exchange exchange, Answer answer)
    {
        // 4. It is booked before its end is told.
        var settled = settlement.Settle(exchange, answer);
        if (answer.Outcome == Outcome.Completed)
        {
            exchange.WholeAt = time.GetUtcNow();
        }
        else
        {
            admission.Release(exchange);
        }

        // A fault of ours has not kept the caller's credit. Where no stream has begun, the edge of the request reports it.
        answer.Fault?.Throw();

        health.Ended(exchange, answer, settled);
        if (RouteMetadata.IsAsked(exchange.Http.Request.Headers))
        {
            settled = settled with { Metadata = RouteMetadata.Of(exchange, answer.Endpoint) };
        }

        await settlement.WaitDurableAsync();
        telemetry.RequestEnded(
            answer.Endpoint,
            exchange.Route.Endpoints[0].Model.Id,
            exchange.HasBegun ? StatusCodes.Status200OK : answer.Error?.Status ?? (answer.Outcome is Outcome.CallerLeft or Outcome.Withdrawn ? 499 : StatusCodes.Status200OK),
            answer.Error?.Type,
            settled.Bill.Usage,
            settled.Charged,
            time.GetElapsedTime(exchange.StartedAt),
            exchange.FirstContentAt == 0 ? null : time.GetElapsedTime(exchange.StartedAt, exchange.FirstContentAt));

        // 5. The end is told.
        await AnswerResponse.FinishAsync(exchange, answer, settled);
    }

    [LoggerMessage(EventIds.StreamBroken, LogLevel.Error, "Generation {Id} failed here (request {RequestId}); its stream ended with an error.")]
    private partial void LogBroken(string id, string requestId, Exception fault);
}
