using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Gateway.Dialects.AnthropicMessages;

namespace Turnpike.Gateway.Surfaces.Messages;

/// <summary><c>POST /messages</c> and <c>POST /messages/count_tokens</c>: Anthropic's Messages API.</summary>
internal static class MessagesSurface
{
    private static readonly MessagesCallerFormat Format = new();
    private static readonly MessagesErrorShape Errors = new();

    public static void Map(IEndpointRouteBuilder api)
    {
        var pipeline = api.ServiceProvider.GetRequiredService<Pipeline>();
        var count = ActivatorUtilities.CreateInstance<TokenCount>(api.ServiceProvider, Format);
        api.MapPost("/messages", http => pipeline.RunAsync(Named(http), Format)).WithMetadata(Errors);
        api.MapPost("/messages/count_tokens", http => count.AnswerAsync(Named(http))).WithMetadata(Errors);
    }

    // Anthropic's clients show this header's value as the id of the request.
    private static HttpContext Named(HttpContext http)
    {
        http.Response.Headers["request-id"] = http.TraceIdentifier;
        return http;
    }
}
