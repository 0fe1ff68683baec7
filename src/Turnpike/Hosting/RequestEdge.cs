using System.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Surfaces.Errors;
using Turnpike.Hosting.Logging;

namespace Turnpike.Hosting;

/// <summary>The outermost station: gives each request its id, catches what nobody else did, and writes the request's log line.</summary>
/// <remarks>Neither body nor headers nor query ever reach the log. Costs the id and one state machine a request.</remarks>
internal sealed partial class RequestEdge(RequestDelegate next, ILogger<RequestEdge> logger, LogWriter lines, LogThreshold threshold)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var id = RequestId.Assign(context);
        var started = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            LogHungUp();
        }
        catch (ConnectionResetException)
        {
            LogHungUp();
        }
        catch (BadHttpRequestException refused)
        {
            await AnswerAsync(context, ErrorOf(context, refused));
        }
#pragma warning disable CA1031 // This is the edge of a request: whatever got here is a bug of ours, reported once.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogUnhandled(context.Request.Method, context.Request.Path, id, exception);
            await AnswerAsync(context, GatewayErrors.Internal);
        }

        WriteLine(context, id, Stopwatch.GetElapsedTime(started));
    }

    private static async Task AnswerAsync(HttpContext context, GatewayError error)
    {
        if (context.Response.HasStarted)
        {
            // What has gone out cannot be taken back; the connection breaks, so that nobody takes the answer for whole.
            context.Abort();
            return;
        }

        var id = context.TraceIdentifier;
        context.Response.Clear();
        context.Response.Headers[RequestId.Header] = id;
        await ErrorResponse.WriteAsync(context, error);
    }

    private static GatewayError ErrorOf(HttpContext context, BadHttpRequestException refused) => refused.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => GatewayErrors.PayloadTooLarge(
            context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? 0),
        StatusCodes.Status408RequestTimeout => GatewayErrors.RequestTimeout,
        _ => GatewayErrors.MalformedJson(0, 0, "the HTTP body could not be read to its end."),
    };

    private void WriteLine(HttpContext context, string id, TimeSpan elapsed)
    {
        var request = context.Request;
        var level = IsProbe(request.Path) ? LogLevel.Debug : LogLevel.Information;
        if (threshold.IsEnabled(level))
        {
            var generation = context.Response.Headers.TryGetValue("X-Generation-Id", out var known) && known.Count == 1 ? known[0] : null;
            lines.WriteRequest(level, new(id, generation, request.Method, request.Path.Value ?? "", context.Response.StatusCode, elapsed));
        }
    }

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments("/health", StringComparison.Ordinal) || path.StartsWithSegments("/metrics", StringComparison.Ordinal);

    [LoggerMessage(EventId = 1, EventName = "RequestFailed", Level = LogLevel.Error, Message = "{Method} {Path} failed; the caller of request {RequestId} got a 500")]
    private partial void LogUnhandled(string method, string path, string requestId, Exception exception);

    [LoggerMessage(EventId = 2, EventName = "CallerHungUp", Level = LogLevel.Debug, Message = "The caller hung up")]
    private partial void LogHungUp();
}
