using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Auth;
using Turnpike.Gateway.Surfaces.Errors;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Surfaces;

/// <summary>Maps an address of the account: GET and HEAD where it is only read; faults are told in the API's shape.</summary>
internal static partial class ReadRoute
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps an address that needs no key.</summary>
    public static void MapRead(this IEndpointRouteBuilder api, string pattern, RequestDelegate handler)
    {
        var log = api.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ReadRoute));
        api.MapMethods(pattern, Methods, (RequestDelegate)(context => GuardAsync(context, handler, log)));
    }

    /// <summary>Maps an address that needs a key of any kind.</summary>
    public static void MapRead(this IEndpointRouteBuilder api, string pattern, Func<HttpContext, KeyState, Task> handler)
    {
        var authenticator = api.ServiceProvider.GetRequiredService<Authenticator>();
        api.MapRead(pattern, async context =>
        {
            var auth = await authenticator.AuthenticateAsync(context);
            await (auth.IsKnown ? handler(context, auth.Key) : ErrorResponse.WriteAsync(context, auth.Error));
        });
    }

    /// <summary>Maps an address that changes something and needs a key of any kind.</summary>
    public static void MapChange(this IEndpointRouteBuilder api, string method, string pattern, Func<HttpContext, KeyState, Task> handler)
    {
        var log = api.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ReadRoute));
        var authenticator = api.ServiceProvider.GetRequiredService<Authenticator>();
        api.MapMethods(pattern, [method], (RequestDelegate)(context => GuardAsync(
            context,
            async guarded =>
            {
                var auth = await authenticator.AuthenticateAsync(guarded);
                await (auth.IsKnown ? handler(guarded, auth.Key) : ErrorResponse.WriteAsync(guarded, auth.Error));
            },
            log)));
    }

    private static async Task GuardAsync(HttpContext context, RequestDelegate handler, ILogger log)
    {
        try
        {
            await handler(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            CallerLeft(log, context.Request.Path);
        }
        catch (StoreUnavailableException e) when (!context.Response.HasStarted)
        {
            StoreAway(log, context.Request.Path, e);
            await ErrorResponse.WriteAsync(context, GatewayErrors.StoreUnavailable);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Failed(log, context.Request.Path, e);
            await ErrorResponse.WriteAsync(context, GatewayErrors.Internal);
        }
    }

    [LoggerMessage(EventIds.ReadAborted, LogLevel.Debug, "The caller left while {Path} was answered.")]
    private static partial void CallerLeft(ILogger log, PathString path);

    [LoggerMessage(EventIds.ReadStoreUnavailable, LogLevel.Warning, "{Path} was answered with 503: the store cannot be reached.")]
    private static partial void StoreAway(ILogger log, PathString path, Exception exception);

    [LoggerMessage(EventIds.ReadFailed, LogLevel.Error, "{Path} was answered with 500.")]
    private static partial void Failed(ILogger log, PathString path, Exception exception);
}
