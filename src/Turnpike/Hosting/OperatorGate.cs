using Microsoft.AspNetCore.Server.Kestrel.Core;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Hosting;

/// <summary>Keeps the operator's pages on the operator's addresses, and everything else off them. In force only when there are such
/// addresses.</summary>
/// <remarks>A connection is marked where it is accepted, so neither equal port numbers nor a forged Host header can mislead it.</remarks>
internal static class OperatorGate
{
    /// <summary>Marks the connections of an address as the operator's.</summary>
    public static void Mark(ListenOptions listen) => listen.Use(static next => connection =>
    {
        connection.Features.Set(OperatorConnection.Instance);
        return next(connection);
    });

    public static void UseOperatorGate(this IApplicationBuilder app) => app.Use(static next => context =>
    {
        var isOperators = context.Features.Get<OperatorConnection>() is not null;
        var path = context.Request.Path;
        var isServedHere = path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
            || path.StartsWithSegments("/metrics", StringComparison.OrdinalIgnoreCase) == isOperators;
        return isServedHere ? next(context) : ErrorResponse.WriteAsync(context, GatewayErrors.NoSuchRoute(meant: null));
    });

    /// <summary>Stands among the features of an operator's connection.</summary>
    private sealed class OperatorConnection
    {
        public static readonly OperatorConnection Instance = new();
    }
}
