using System.Text;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Addresses that carry their bytes: <c>data:image/png;base64,…</c>.</summary>
internal static class DataUrl
{
    /// <summary>Reads an address as it stands in a body into the source that it is.</summary>
    /// <param name="address">The inside of a JSON string.</param>
    public static MediaSource Read(ReadOnlyMemory<byte> address, string? mediaType = null)
    {
        var span = address.Span;
        if (!span.StartsWith("data:"u8))
        {
            return new() { Url = Encoding.UTF8.GetString(span), MediaType = mediaType };
        }

        var comma = span.IndexOf((byte)',');
        if (comma < 0)
        {
            return new() { Base64 = ReadOnlyMemory<byte>.Empty, MediaType = mediaType };
        }

        var head = Encoding.ASCII.GetString(span[5..comma]);
        var type = head.Split(';')[0];
        var bytes = address[(comma + 1)..];
        if (!head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
        {
            bytes = MediaSource.ToBase64(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(Encoding.UTF8.GetString(bytes.Span))));
        }

        return new() { Base64 = bytes, MediaType = type.Length > 0 ? type.ToLowerInvariant() : mediaType };
    }
}
