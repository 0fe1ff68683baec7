using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>An image that the caller gives: the file, or the address where it is.</summary>
/// <param name="bodyBytes">What of the body it is.</param>
internal sealed class GivenImage(string? url, ImageFile? file, int bodyBytes)
{
    /// <summary>Null where the file came.</summary>
    public string? Url { get; } = url;

    /// <summary>Null until it has been fetched. What was fetched stays, for the attempts that follow.</summary>
    public ImageFile? File { get; set; } = file;

    public int BodyBytes { get; } = bodyBytes;

    /// <summary>True where an endpoint may be asked with images: its model takes them, and what they cost is known. A price for a prompt's tokens is
    /// none for those of images, which cost more with who bills them apart; in conversations they are tokens of the prompt.</summary>
    public static bool IsTakenBy(Endpoint endpoint) =>
        endpoint.Model.InputModalities.Contains("image")
        && (OperationOutputs.IsAskedByChat(endpoint.Model) || endpoint.Prices.Prompt.IsZero || endpoint.Prices.ImageTokens is not null || endpoint.Prices.Image is not null);
}
