using System.Buffers.Text;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>What kind of image some bytes are, by how they begin.</summary>
internal static class ImageType
{
    private const int HeadChars = 64;

    /// <summary>The media type; null for what is no image, or no base64.</summary>
    public static string? Of(ReadOnlySpan<byte> base64)
    {
        if (!Base64.IsValid(base64, out var length) || length == 0)
        {
            return null;
        }

        Span<byte> head = stackalloc byte[HeadChars];
        Base64.DecodeFromUtf8(base64[..Math.Min(base64.Length, HeadChars)], head, out _, out var written, isFinalBlock: false);
        return OfBytes(head[..written]);
    }

    /// <summary>As <see cref="Of"/>, of the bytes themselves.</summary>
    public static string? OfBytes(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) ? "image/png"
        : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : head.StartsWith("GIF8"u8) ? "image/gif"
        : head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8) ? "image/webp"
        : head.Length >= 12 && head[4..].StartsWith("ftypavif"u8) ? "image/avif"
        : head.StartsWith("<svg"u8) || head.StartsWith("<?xml"u8) ? "image/svg+xml"
        : null;
}
