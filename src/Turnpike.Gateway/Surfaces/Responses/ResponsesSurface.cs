using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.OpenAIResponses;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Responses;

/// <summary><c>POST /responses</c>: OpenAI's Responses API, and <c>POST /responses/input_tokens</c>. What is kept of it is read and deleted below.</summary>
internal static class ResponsesSurface
{
    private static readonly ResponsesCallerFormat Format = new();
    private static readonly ResponsesErrorShape Errors = new();

    public static void Map(IEndpointRouteBuilder api)
    {
        var pipeline = api.ServiceProvider.GetRequiredService<Pipeline>();
        api.MapPost("/responses", http => pipeline.RunAsync(http, Format)).WithMetadata(Errors);
        var count = ActivatorUtilities.CreateInstance<InputTokenCount>(api.ServiceProvider, Format);
        var beside = api.MapGroup("").WithMetadata(Errors);
        beside.MapChange(HttpMethods.Post, "/responses/input_tokens", count.AnswerAsync);
        beside.MapChange(HttpMethods.Post, "/responses/compact", static (http, _) => ErrorResponse.WriteAsync(http, GatewayErrors.NoCompaction));
        StoredResponseSurface.Map(api.MapGroup("/responses/{id}").WithMetadata(Errors));
    }
}
