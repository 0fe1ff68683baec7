using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Gateway.Surfaces.Chat;

/// <summary><c>POST /chat/completions</c>, and <c>POST /completions</c>, which was before it. What nobody foresaw is caught and reported by the host's edge of the request.</summary>
internal static class ChatSurface
{
    private static readonly ChatCallerFormat Format = new();
    private static readonly ChatCallerFormat TextFormat = new(isCompletion: true);

    public static void Map(IEndpointRouteBuilder api)
    {
        var pipeline = api.ServiceProvider.GetRequiredService<Pipeline>();
        api.MapPost("/chat/completions", http => pipeline.RunAsync(http, Format));
        api.MapPost("/completions", http => pipeline.RunAsync(http, TextFormat));
    }
}
