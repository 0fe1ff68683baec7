using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Gateway.Dialects.OpenAIResponses;

namespace Turnpike.Gateway.Surfaces.Responses;

/// <summary><c>POST /responses</c>: OpenAI's Responses API. What is kept of it is read and deleted below.</summary>
internal static class ResponsesSurface
{
    private static readonly ResponsesCallerFormat Format = new();
    private static readonly ResponsesErrorShape Errors = new();

    public static void Map(IEndpointRouteBuilder api)
    {
        var pipeline = api.ServiceProvider.GetRequiredService<Pipeline>();
        api.MapPost("/responses", http => pipeline.RunAsync(http, Format)).WithMetadata(Errors);
        StoredResponseSurface.Map(api.MapGroup("/responses/{id}").WithMetadata(Errors));
    }
}
