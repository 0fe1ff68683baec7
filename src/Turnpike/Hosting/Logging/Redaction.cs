using System.Buffers;

namespace Turnpike.Hosting.Logging;

/// <summary>The last guard against secrets in a log line: blots out what looks like a key, wherever it came from.</summary>
internal static class Redaction
{
    /// <summary>Shorter ones are words such as <c>sk-or-v1-</c> in a sentence of ours, or the label of a key.</summary>
    private const int SecretLengthMin = 16;

    private static readonly SearchValues<byte> SecretBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/="u8);

    /// <summary>Overwrites with asterisks, in place, what follows <c>sk-</c> and <c>Bearer </c>.</summary>
    public static void Apply(Span<byte> line)
    {
        BlotAfter(line, "sk-"u8);
        BlotAfter(line, "Bearer "u8);
    }

    private static void BlotAfter(Span<byte> line, ReadOnlySpan<byte> mark)
    {
        var rest = line;
        for (var at = rest.IndexOf(mark); at >= 0; at = rest.IndexOf(mark))
        {
            rest = rest[(at + mark.Length)..];
            var end = rest.IndexOfAnyExcept(SecretBytes);
            var secret = end < 0 ? rest : rest[..end];
            if (secret.Length >= SecretLengthMin)
            {
                secret.Fill((byte)'*');
            }

            rest = rest[secret.Length..];
        }
    }
}
