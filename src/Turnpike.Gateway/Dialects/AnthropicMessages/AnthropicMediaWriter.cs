using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Writes images and documents.</summary>
internal static class AnthropicMediaWriter
{
    public static GatewayError? Write(Utf8JsonWriter json, MediaPart media, CacheMark? mark)
    {
        if (media.Kind is not (MediaKind.Image or MediaKind.Document))
        {
            return GatewayErrors.InvalidField("messages", $"holds {(media.Kind == MediaKind.Audio ? "a recording" : "a film")}, which this model cannot take.");
        }

        var isImage = media.Kind == MediaKind.Image;
        var type = isImage ? ImageType(media.Source) : media.Source.MediaType ?? "application/pdf";
        if (media.Source.Base64 is not null && !(isImage ? IsImage(type) : IsDocument(type)))
        {
            return GatewayErrors.InvalidField("messages", isImage
                ? $"holds an image of type '{type}'. This model takes JPEG, PNG, GIF and WebP."
                : $"holds a document of type '{type}'. This model takes PDF and plain text.");
        }

        json.WriteStartObject();
        json.WriteString("type"u8, isImage ? "image"u8 : "document"u8);
        json.WriteStartObject("source"u8);
        WriteSource(json, media.Source, type);
        json.WriteEndObject();
        if (!isImage)
        {
            json.StringIf("title", media.Others.Any(static o => o.Name == "title") ? null : media.FileName);
        }

        foreach (var other in media.Others.Where(static o => o.Dialect == Core.Catalog.Dialects.AnthropicMessages))
        {
            json.RawIf(other.Name, other.Json);
        }

        AnthropicPartWriter.WriteMark(json, mark);
        json.WriteEndObject();
        return null;
    }

    private static void WriteSource(Utf8JsonWriter json, MediaSource source, string type)
    {
        if (source.Url is { } url)
        {
            json.WriteString("type"u8, "url"u8);
            json.WriteString("url"u8, url);
        }
        else if (source.FileId is { } file)
        {
            json.WriteString("type"u8, "file"u8);
            json.WriteString("file_id"u8, file);
        }
        else if (source.Base64 is { } bytes && !IsText(type))
        {
            json.WriteString("type"u8, "base64"u8);
            json.WriteString("media_type"u8, type);
            json.Base64String("data", default, bytes);
        }
        else
        {
            json.WriteString("type"u8, "text"u8);
            json.WriteString("media_type"u8, "text/plain"u8);
            json.WriteString("data"u8, source.PlainText ?? Decoded(source.Base64 ?? default));
        }
    }

    // Clients mislabel images, and a wrong type is refused: the first bytes say what it is.
    private static string ImageType(MediaSource source)
    {
        var head = source.Base64.GetValueOrDefault().Span;
        return head.StartsWith("/9j/"u8) ? "image/jpeg"
            : head.StartsWith("iVBOR"u8) ? "image/png"
            : head.StartsWith("R0lG"u8) ? "image/gif"
            : head.StartsWith("UklG"u8) ? "image/webp"
            : source.MediaType ?? "image/png";
    }

    private static bool IsImage(string type) => type is "image/jpeg" or "image/png" or "image/gif" or "image/webp";

    private static bool IsDocument(string type) => type == "application/pdf" || IsText(type);

    private static bool IsText(string type) => type.StartsWith("text/", StringComparison.Ordinal) || type == "application/json";

    private static string Decoded(ReadOnlyMemory<byte> base64)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        Base64.DecodeFromUtf8(base64.Span, bytes, out _, out var written);
        return Encoding.UTF8.GetString(bytes, 0, written);
    }
}
