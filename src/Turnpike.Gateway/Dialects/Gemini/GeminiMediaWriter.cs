using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Writes images, documents, recordings and films: their bytes, or an address that the host can fetch.</summary>
internal sealed class GeminiMediaWriter(Utf8JsonWriter json, GeminiHost host)
{
    public GatewayError? Write(MediaPart part, string? signature)
    {
        var type = part.Source.MediaType ?? TypeOf(part.Source.Url) ?? part.Kind switch
        {
            MediaKind.Image => "image/png",
            MediaKind.Document => "application/pdf",
            MediaKind.Audio => "audio/wav",
            MediaKind.Video => "video/mp4",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (part.Source.Base64 is { } bytes)
        {
            json.WriteStartObject();
            json.WriteStartObject("inlineData"u8);
            json.WriteString("mimeType"u8, type);
            json.Base64String("data", default, bytes);
            json.WriteEndObject();
            json.StringIf("thoughtSignature", signature);
            json.WriteEndObject();
            return null;
        }

        // The id of a file is an address of Gemini's; Vertex has none, and what looks like one there may be anybody's bucket.
        if ((part.Source.Url ?? (host == GeminiHost.GeminiApi ? part.Source.FileId : null)) is not { } address || !CanFetch(host, address))
        {
            return GatewayErrors.InvalidField("messages", part.Source.Url is null
                ? "holds a file of another provider. Send its bytes as base64."
                : "holds an address that could not be fetched for this provider. Send the bytes as base64.");
        }

        json.WriteStartObject();
        json.WriteStartObject("fileData"u8);
        json.WriteString("mimeType"u8, type);
        json.WriteString("fileUri"u8, address);
        json.WriteEndObject();
        json.StringIf("thoughtSignature", signature);
        json.WriteEndObject();
        return null;
    }

    /// <summary>True where the host fetches an address itself.</summary>
    public static bool CanFetch(GeminiHost host, string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && (host == GeminiHost.Vertex
        ? uri.Scheme is "gs" or "https" or "http"
        : uri.Scheme == "https" && uri.Host is "generativelanguage.googleapis.com" or "youtube.com" or "www.youtube.com" or "youtu.be");

    // An address must come with a type; where nobody said, its ending tells.
    private static string? TypeOf(string? url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            return null;
        }

        return Path.GetExtension(uri.AbsolutePath).ToLowerInvariant() switch
        {
            ".jpg" or ".jpeg" => "image/jpeg",
            ".png" => "image/png",
            ".webp" => "image/webp",
            ".heic" => "image/heic",
            ".gif" => "image/gif",
            ".pdf" => "application/pdf",
            ".txt" => "text/plain",
            ".mp3" => "audio/mp3",
            ".wav" => "audio/wav",
            ".flac" => "audio/flac",
            ".mp4" => "video/mp4",
            ".mov" => "video/mov",
            ".webm" => "video/webm",
            _ => null,
        };
    }
}
