using Microsoft.AspNetCore.Http;
using Turnpike.Gateway.Dialects.Images;

namespace Turnpike.Gateway.Surfaces.Images;

/// <summary>Gives images addresses at the host that a caller asked, below the base that it used.</summary>
internal sealed class ImageAddresses(KeptImages kept, HttpRequest request) : IImageKeeper
{
    private readonly string _base = $"{request.Scheme}://{request.Host}{request.PathBase}{request.Path.Value![..request.Path.Value!.LastIndexOf("/images/", StringComparison.OrdinalIgnoreCase)]}"; // mapped so

    public string? Keep(byte[] image, string mediaType) => kept.Keep(image, mediaType) is { } rest ? $"{_base}/images/kept/{rest}" : null;
}
