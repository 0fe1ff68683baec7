using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Surfaces.Errors;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Surfaces.Chat;

/// <summary><c>POST /chat/completions</c>: the edge of a chat request, where what nobody foresaw is reported once.</summary>
internal sealed partial class ChatSurface(Pipeline pipeline, ILogger<ChatSurface> logger)
{
    public static void Map(IEndpointRouteBuilder api)
    {
        var surface = api.ServiceProvider.GetRequiredService<ChatSurface>();
        api.MapPost("/chat/completions", surface.HandleAsync);
    }

    private async Task HandleAsync(HttpContext http)
    {
        try
        {
            await pipeline.RunAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            LogAborted(logger, http.TraceIdentifier);
        }
        catch (Exception exception)
        {
            LogFailed(logger, exception, http.TraceIdentifier);
            if (http.Response.HasStarted)
            {
                http.Abort(); // a stream that ends here must not look whole
                return;
            }

            http.Response.Clear();
            await ErrorResponse.WriteAsync(http, GatewayErrors.Internal);
        }
    }

    [LoggerMessage(EventIds.RequestAborted, LogLevel.Debug, "The caller of request {RequestId} left.")]
    private static partial void LogAborted(ILogger logger, string requestId);

    [LoggerMessage(EventIds.RequestFailed, LogLevel.Error, "Request {RequestId} failed by a fault of the gateway.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string requestId);
}
