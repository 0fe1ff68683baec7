using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text;

namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>Finds the parts of a multipart form in a body that is whole in memory (RFC 7578). Never throws.</summary>
internal static class FormParts
{
    private const int PartsMax = 64;
    private const int HeadBytesMax = 4096;

    /// <summary>The boundary of a content type; false where it is no form.</summary>
    public static bool TryBoundary(string? contentType, [NotNullWhen(true)] out string? boundary)
    {
        boundary = MediaTypeHeaderValue.TryParse(contentType, out var type) && "multipart/form-data".Equals(type.MediaType, StringComparison.OrdinalIgnoreCase)
            ? type.Parameters.FirstOrDefault(static p => p.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase))?.Value?.Trim('"')
            : null;
        return boundary is { Length: > 0 and <= 200 };
    }

    /// <summary>The parts, in order; null where the body is not a whole form.</summary>
    public static List<FormPart>? Find(ReadOnlySpan<byte> body, string boundary)
    {
        var delimiter = Encoding.ASCII.GetBytes("\r\n--" + boundary);
        var first = delimiter.AsSpan(2);
        var at = body.StartsWith(first) ? first.Length : body.IndexOf(delimiter) is var begin and >= 0 ? begin + delimiter.Length : -1;
        var parts = new List<FormPart>();
        while (at >= 0 && parts.Count <= PartsMax)
        {
            if (body[at..].StartsWith("--"u8))
            {
                return parts;
            }

            var end = body[at..].StartsWith("\r\n"u8) ? body[at..].IndexOf(delimiter) : -1;
            var head = end < 0 ? -1 : body.Slice(at, end).IndexOf("\r\n\r\n"u8);
            if (head is < 0 or > HeadBytesMax || Part(body.Slice(at, head), at + head + 4, at + end) is not { } part)
            {
                return null;
            }

            parts.Add(part);
            at += end + delimiter.Length;
        }

        return null;
    }

    /// <summary>Reads a flag as clients write one in a form: the words in any case (Python says <c>True</c>), digits, or nothing at all for no.</summary>
    public static bool TryFlag(string text, out bool flag)
    {
        flag = text == "1";
        return text is "1" or "0" or "" || bool.TryParse(text, out flag);
    }

    private static FormPart? Part(ReadOnlySpan<byte> head, int start, int end)
    {
        ContentDispositionHeaderValue? disposition = null;
        string? type = null;
        foreach (var line in Encoding.UTF8.GetString(head).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[..colon].Equals("Content-Disposition", StringComparison.OrdinalIgnoreCase))
            {
                ContentDispositionHeaderValue.TryParse(line[(colon + 1)..].Trim(), out disposition);
            }
            else if (colon > 0 && line[..colon].Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                type = MediaTypeHeaderValue.TryParse(line[(colon + 1)..].Trim(), out var parsed) ? parsed.MediaType : null;
            }
        }

        var name = disposition?.Name?.Trim('"');
        return string.IsNullOrEmpty(name) || end < start ? null : new(name, (disposition!.FileNameStar ?? disposition.FileName)?.Trim('"'), type, start..end);
    }
}
