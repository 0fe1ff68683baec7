using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Shared;

/// <summary>Whether a body is text at all: UTF-8, without halves of surrogate pairs in its escapes. Its readers, and providers' readers, rely on it.</summary>
internal static class BodyText
{
    /// <summary>Where and why it is none, as the error to tell; null where it is text.</summary>
    public static GatewayError? Fault(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8))
        {
            return At(body, 0, "it begins with a byte order mark. Leave it out.");
        }

        if (!Utf8.IsValid(body))
        {
            return At(body, FirstInvalid(body), "it is not UTF-8.");
        }

        var lone = LoneSurrogate(body);
        return lone < 0 ? null : At(body, lone, "half of a surrogate pair stands alone.");
    }

    /// <summary>Puts U+FFFD in place of escapes that are halves of surrogate pairs without their other halves.</summary>
    public static void ReplaceHalves(Span<byte> text)
    {
        while (LoneSurrogate(text) is >= 0 and var at)
        {
            "fffd"u8.CopyTo(text[(at + 2)..]);
            text = text[(at + 6)..];
        }
    }

    private static GatewayError At(ReadOnlySpan<byte> body, int index, string reason)
    {
        var before = body[..index];
        return GatewayErrors.MalformedJson(before.Count((byte)'\n') + 1, index - before.LastIndexOf((byte)'\n'), reason);
    }

    private static int FirstInvalid(ReadOnlySpan<byte> body)
    {
        var index = 0;
        while (Rune.DecodeFromUtf8(body[index..], out _, out var length) == OperationStatus.Done)
        {
            index += length;
        }

        return index;
    }

    // The escape of half a pair that has no other half; -1 where there is none.
    private static int LoneSurrogate(ReadOnlySpan<byte> body)
    {
        var from = 0;
        while (body[from..].IndexOf("\\u"u8) is >= 0 and var next)
        {
            var at = from + next;
            from = at + 2;
            if (IsEscaped(body, at) || Unit(body, at) is not { } unit || !char.IsSurrogate(unit))
            {
                continue;
            }

            if (!char.IsHighSurrogate(unit) || Unit(body, at + 6) is not { } other || !char.IsLowSurrogate(other))
            {
                return at;
            }

            from = at + 12;
        }

        return -1;
    }

    // The backslash belongs to one before it.
    private static bool IsEscaped(ReadOnlySpan<byte> body, int at)
    {
        var first = at;
        while (first > 0 && body[first - 1] == (byte)'\\')
        {
            first--;
        }

        return (at - first) % 2 != 0;
    }

    private static char? Unit(ReadOnlySpan<byte> body, int at) =>
        at + 6 <= body.Length && body[at] == (byte)'\\' && body[at + 1] == (byte)'u'
        && ushort.TryParse(body.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
