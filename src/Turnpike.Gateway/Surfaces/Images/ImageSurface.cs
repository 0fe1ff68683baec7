using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Images;
using Turnpike.Gateway.Surfaces.Errors;

namespace Turnpike.Gateway.Surfaces.Images;

/// <summary><c>POST /images</c>, OpenRouter's; <c>POST /images/generations</c> and <c>/images/edits</c>, OpenAI's; and <c>GET /images/kept/{id}</c>, where images are
/// fetched that were told by address: without a key, since browsers fetch them, by a signature.</summary>
internal static class ImageSurface
{
    private static readonly ImageFormat Typed = new(ImageApi.OpenRouter);

    public static void Map(IEndpointRouteBuilder api)
    {
        var pipeline = api.ServiceProvider.GetRequiredService<Pipeline>();
        var kept = api.ServiceProvider.GetRequiredService<KeptImages>();
        var time = api.ServiceProvider.GetRequiredService<TimeProvider>();
        api.MapPost("/images", http => pipeline.RunAsync(http, Typed));
        api.MapPost("/images/generations", http => pipeline.RunAsync(http, new ImageFormat(ImageApi.Generations, new ImageAddresses(kept, http.Request))));
        api.MapPost("/images/edits", http => pipeline.RunAsync(http, new ImageFormat(ImageApi.Edits, new ImageAddresses(kept, http.Request), http.Request.ContentType)));
        api.MapRead("/images/kept/{id}", http => SendAsync(http, kept, time));
    }

    private static Task SendAsync(HttpContext http, KeptImages kept, TimeProvider time)
    {
        var query = http.Request.Query;
        if (!kept.TryFind((string)http.Request.RouteValues["id"]!, query["expires"].ToString(), query["signature"].ToString(), out var image))
        {
            return ErrorResponse.WriteAsync(http, GatewayErrors.ImageNotKept);
        }

        var response = http.Response;
        response.ContentType = image.MediaType;
        response.ContentLength = image.Bytes.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"; // an SVG may hold scripts
        response.Headers.CacheControl = string.Create(
            CultureInfo.InvariantCulture, $"private, max-age={Math.Max(0, (int)(image.Expires - time.GetUtcNow()).TotalSeconds)}");
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(image.Bytes, http.RequestAborted).AsTask();
    }
}
