using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Writes what a user, the system or a tool says: a string, or an array of input parts.</summary>
internal static class ResponsesPartWriter
{
    public static GatewayError? WriteContent(Utf8JsonWriter json, IReadOnlyList<Part> parts, CacheMarkForm marks, DroppedParameters dropped)
    {
        // An empty list is refused: what cannot be said is left out before.
        dropped.AddIf(parts.Any(IsForeign), "messages.content");
        parts = [.. parts.Where(static p => !IsForeign(p))];
        if (parts is [] || (parts is [TextPart text] && (text.Cache is null || marks == CacheMarkForm.None)))
        {
            (parts is [TextPart only] ? only : new TextPart("")).WriteTo(json);
            return null;
        }

        json.WriteStartArray();
        foreach (var part in parts)
        {
            if (WritePart(json, part, marks) is { } unsaid)
            {
                return unsaid;
            }
        }

        json.WriteEndArray();
        return null;
    }

    private static bool IsForeign(Part part) => part is RawPart raw && raw.Dialect != Core.Catalog.Dialects.OpenAIResponses;

    private static GatewayError? WritePart(Utf8JsonWriter json, Part part, CacheMarkForm marks)
    {
        switch (part)
        {
            case TextPart text:
                WriteText(json, text, text.Cache, marks);
                return null;
            case RefusalPart refusal:
                WriteText(json, new(refusal.Text), refusal.Cache, marks);
                return null;
            case MediaPart media:
                return WriteMedia(json, media, marks);
            case RawPart raw:
                json.WriteRawValue(raw.Json.Span, skipInputValidation: true);
                return null;
            case ToolResultPart or ToolCallPart or ReasoningPart:
                return null; // items of their own
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void WriteText(Utf8JsonWriter json, TextPart text, CacheMark? mark, CacheMarkForm marks)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_text"u8);
        json.Text("text"u8, text);
        ChatCacheMarks.Write(json, mark, marks);
        json.WriteEndObject();
    }

    private static GatewayError? WriteMedia(Utf8JsonWriter json, MediaPart media, CacheMarkForm marks)
    {
        if (media.Source.PlainText is { } plain)
        {
            WriteText(json, new(plain), media.Cache, marks);
            return null;
        }

        switch (media.Kind)
        {
            case MediaKind.Image:
                WriteImage(json, media, marks);
                return null;
            case MediaKind.Document:
                WriteFile(json, media, marks);
                return null;
            case MediaKind.Audio when media.Source.Base64 is { } bytes:
                json.WriteStartObject();
                json.WriteString("type"u8, "input_audio"u8);
                json.WriteStartObject("input_audio"u8);
                json.Base64String("data", default, bytes);
                json.WriteString("format"u8, media.Source.AudioFormat);
                json.WriteEndObject();
                json.WriteEndObject();
                return null;
            case MediaKind.Audio:
                return GatewayErrors.InvalidField("messages", "holds a recording whose address could not be fetched; send it as base64.");
            case MediaKind.Video:
                return GatewayErrors.InvalidField("messages", "holds a film, which this provider does not take.");
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void WriteImage(Utf8JsonWriter json, MediaPart media, CacheMarkForm marks)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_image"u8);
        json.WriteString("detail"u8, media.Detail ?? "auto");
        if (media.Source.FileId is { } id)
        {
            json.WriteString("file_id"u8, id);
        }
        else
        {
            WriteAddress(json, "image_url", media.Source, "image/png");
        }

        ChatCacheMarks.Write(json, media.Cache, marks);
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, MediaPart media, CacheMarkForm marks)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_file"u8);
        if (media.Source.FileId is { } id)
        {
            json.WriteString("file_id"u8, id);
        }
        else if (media.Source.Url is { } url)
        {
            json.WriteString("file_url"u8, url); // a name beside an address is refused
        }
        else
        {
            json.WriteString("filename"u8, media.FileName ?? "document.pdf");
            WriteAddress(json, "file_data", media.Source, "application/pdf");
        }

        ChatCacheMarks.Write(json, media.Cache, marks);
        json.WriteEndObject();
    }

    private static void WriteAddress(Utf8JsonWriter json, string name, MediaSource source, string usualType)
    {
        if (source.Url is { } url)
        {
            json.WriteString(name, url);
            return;
        }

        json.Base64String(name, Encoding.ASCII.GetBytes($"data:{source.MediaType ?? usualType};base64,"), source.Base64 ?? default);
    }
}
