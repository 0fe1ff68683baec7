using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Gateway.Dialects.Rerank;

namespace Turnpike.Gateway.Surfaces.Rerank;

/// <summary><c>POST /rerank</c>.</summary>
internal static class RerankSurface
{
    private static readonly RerankFormat Format = new();

    public static void Map(IEndpointRouteBuilder api)
    {
        var pipeline = api.ServiceProvider.GetRequiredService<Pipeline>();
        api.MapPost("/rerank", http => pipeline.RunAsync(http, Format));
    }
}
