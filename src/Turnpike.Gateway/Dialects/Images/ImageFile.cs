namespace Turnpike.Gateway.Dialects.Images;

/// <summary>An image of pixels, of the types that models are given.</summary>
internal sealed record ImageFile(ReadOnlyMemory<byte> Bytes, string MediaType)
{
    public const string Fault = "it is no PNG, JPEG, WebP or GIF";

    /// <summary>Its ending, as files of its type have it.</summary>
    public string Ending => MediaType["image/".Length..];

    /// <summary>Judges by the first bytes; null for what is no such image.</summary>
    public static ImageFile? Of(ReadOnlyMemory<byte> bytes) =>
        ImageType.OfBytes(bytes.Span) is ("image/png" or "image/jpeg" or "image/webp" or "image/gif") and var type ? new(bytes, type) : null;
}
