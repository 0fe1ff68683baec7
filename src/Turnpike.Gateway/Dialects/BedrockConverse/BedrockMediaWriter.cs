using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Writes images, documents, recordings and films: bytes with a format, never an address.</summary>
internal static class BedrockMediaWriter
{
    private const int NameLengthMax = 200;

    public static GatewayError? Write(Utf8JsonWriter json, MediaPart media)
    {
        if (BytesOf(media.Source) is not { } base64)
        {
            return GatewayErrors.InvalidField("messages", "name a medium that is not here. Send it as a data URL.");
        }

        if (FormatOf(media, base64.Span) is not { } format)
        {
            return GatewayErrors.InvalidField("messages", $"hold a medium of type '{media.Source.MediaType}', which this model does not take.");
        }

        json.WriteStartObject();
        json.WriteStartObject(media.Kind switch
        {
            MediaKind.Image => "image"u8,
            MediaKind.Document => "document"u8,
            MediaKind.Audio => "audio"u8,
            MediaKind.Video => "video"u8,
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        json.WriteString("format"u8, format);
        if (media.Kind == MediaKind.Document)
        {
            json.WriteString("name"u8, NameOf(media.FileName));
        }

        json.WriteStartObject("source"u8);
        json.Base64String("bytes", default, base64);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        return null;
    }

    private static ReadOnlyMemory<byte>? BytesOf(MediaSource source)
    {
        if (source.PlainText is not { } plain)
        {
            return source.Base64;
        }

        return Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(plain)));
    }

    // Clients mislabel images, and a wrong format is refused: the first bytes say what it is.
    private static string? FormatOf(MediaPart media, ReadOnlySpan<byte> base64) => media.Kind switch
    {
        MediaKind.Image => base64.StartsWith("/9j/"u8) ? "jpeg"
            : base64.StartsWith("iVBOR"u8) ? "png"
            : base64.StartsWith("R0lG"u8) ? "gif"
            : base64.StartsWith("UklG"u8) ? "webp"
            : media.Source.MediaType?.Split('/')[^1],
        MediaKind.Document => media.Source.MediaType switch
        {
            null or "application/pdf" => "pdf",
            "text/plain" => "txt",
            "text/markdown" => "md",
            "text/csv" => "csv",
            "text/html" => "html",
            "application/msword" => "doc",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
            "application/vnd.ms-excel" => "xls",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
            _ => null,
        },
        _ => media.Source.MediaType?.Split('/')[^1],
    };

    // Letters, digits, single spaces, hyphens and brackets are taken.
    private static string NameOf(string? name)
    {
        var kept = new StringBuilder();
        foreach (var c in name ?? "document")
        {
            var taken = char.IsAsciiLetterOrDigit(c) || c is '-' or '(' or ')' or '[' or ']' ? c : ' ';
            if (taken != ' ' || (kept.Length > 0 && kept[^1] != ' '))
            {
                kept.Append(taken);
            }
        }

        var text = kept.ToString().Trim();
        return text.Length == 0 ? "document" : text.Length > NameLengthMax ? text[..NameLengthMax] : text;
    }
}
