using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Turnpike.Gateway.Surfaces.Chat;

/// <summary><c>POST /chat/completions</c>. What nobody foresaw is caught and reported by the host's edge of the request.</summary>
internal static class ChatSurface
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/chat/completions", api.ServiceProvider.GetRequiredService<Pipeline>().RunAsync);
}
