using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Gateway.Dialects.Embeddings;

namespace Turnpike.Gateway.Surfaces.Embeddings;

/// <summary><c>POST /embeddings</c>.</summary>
internal static class EmbeddingSurface
{
    private static readonly EmbeddingFormat Format = new();

    public static void Map(IEndpointRouteBuilder api)
    {
        var pipeline = api.ServiceProvider.GetRequiredService<Pipeline>();
        api.MapPost("/embeddings", http => pipeline.RunAsync(http, Format));
    }
}
