using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Gateway.Dialects.Audio;

namespace Turnpike.Gateway.Surfaces.Audio;

/// <summary><c>POST /audio/speech</c> and <c>POST /audio/transcriptions</c>.</summary>
internal static class AudioSurface
{
    private static readonly SpeechFormat Speech = new();

    public static void Map(IEndpointRouteBuilder api)
    {
        var pipeline = api.ServiceProvider.GetRequiredService<Pipeline>();
        api.MapPost("/audio/speech", http => pipeline.RunAsync(http, Speech));
        api.MapPost("/audio/transcriptions", http => pipeline.RunAsync(http, new TranscriptionFormat(http.Request.ContentType)));
    }
}
