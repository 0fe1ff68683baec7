namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Keeps images for a while and gives their addresses.</summary>
internal interface IImageKeeper
{
    /// <summary>The image's absolute address; null where it is too large to be kept.</summary>
    string? Keep(byte[] image, string mediaType);
}
