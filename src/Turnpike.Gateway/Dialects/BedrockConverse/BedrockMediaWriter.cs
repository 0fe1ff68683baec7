using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Writes images, documents, recordings and films, each with the format's word that Bedrock has for it.</summary>
internal sealed class BedrockMediaWriter(Utf8JsonWriter json)
{
    private const int NameLengthMax = 200;

    // Every document of a request has a name of its own.
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal); // of those that callers gave

    /// <summary>True for what stands in a bucket of S3, where Bedrock gets it itself.</summary>
    public static bool IsInS3(MediaSource source) => source.Url?.StartsWith("s3://", StringComparison.Ordinal) == true;

    public GatewayError? Write(MediaPart media)
    {
        if (media.Source.Url is not null && !IsInS3(media.Source))
        {
            return GatewayErrors.InvalidField("messages", "holds an address that could not be fetched, and this model takes none.");
        }

        if (media.Source.FileId is not null)
        {
            return GatewayErrors.InvalidField("messages", "names a file at another provider. Send its bytes.");
        }

        if (FormatOf(media) is not { } format)
        {
            return GatewayErrors.InvalidField("messages", $"holds a {NameOf(media.Kind)} of type '{media.Source.MediaType}', which this model does not take.");
        }

        json.WriteStartObject();
        json.WriteStartObject(NameOf(media.Kind));
        json.WriteString("format"u8, format);
        if (media.Kind == MediaKind.Document)
        {
            json.WriteString("name"u8, DocumentName(NameIn(media)));
            WriteCiting(media);
        }

        json.WriteStartObject("source"u8);
        WriteSource(media.Source);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        return null;
    }

    private void WriteSource(MediaSource source)
    {
        if (source.Url is { } address)
        {
            json.WriteStartObject("s3Location"u8);
            json.WriteString("uri"u8, address);
            json.WriteEndObject();
        }
        else if (source.Base64 is { } bytes)
        {
            json.Base64String("bytes", default, bytes);
        }
        else
        {
            json.WriteBase64String("bytes"u8, Encoding.UTF8.GetBytes(source.PlainText ?? ""));
        }
    }

    // What Anthropic's documents carry beside their bytes has the same names here.
    private void WriteCiting(MediaPart media)
    {
        foreach (var other in media.Others)
        {
            if (other.Name is "context" or "citations")
            {
                json.RawIf(other.Name, other.Json);
            }
        }
    }

    // A file in a bucket says by the end of its address what it is, and what it is called.
    private static string? NameIn(MediaPart media) => media.FileName ?? media.Source.Url?.Split('/')[^1];

    private static string? EndOf(MediaSource source) => source.Url is { } address ? Path.GetExtension(address).TrimStart('.').ToLowerInvariant() : null;

    private static string NameOf(MediaKind kind) => kind switch
    {
        MediaKind.Image => "image",
        MediaKind.Document => "document",
        MediaKind.Audio => "audio",
        MediaKind.Video => "video",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string? FormatOf(MediaPart media) => media.Kind switch
    {
        MediaKind.Image => ImageFormat(media.Source),
        MediaKind.Document => DocumentFormat(media.Source.PlainText is null ? media.Source.MediaType : "text/plain", NameIn(media)),
        MediaKind.Audio => (EndOf(media.Source) ?? SubtypeOf(media.Source.MediaType)) switch
        {
            "mpeg" => "mp3",
            "x-wav" or "wave" => "wav",
            var said and ("mp3" or "opus" or "wav" or "aac" or "flac" or "mp4" or "ogg" or "mkv" or "mka" or "x-aac" or "m4a" or "mpga" or "pcm" or "webm") => said,
            _ => null,
        },
        MediaKind.Video => (EndOf(media.Source) ?? SubtypeOf(media.Source.MediaType)) switch
        {
            "3gp" => "three_gp",
            "quicktime" => "mov",
            "x-matroska" => "mkv",
            "x-flv" => "flv",
            "x-ms-wmv" => "wmv",
            "3gpp" => "three_gp",
            var said and ("mkv" or "mov" or "mp4" or "webm" or "flv" or "mpeg" or "mpg" or "wmv") => said,
            _ => null,
        },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // Clients mislabel images, and a wrong type is refused: the first bytes say what it is.
    private static string? ImageFormat(MediaSource source)
    {
        var head = source.Base64.GetValueOrDefault().Span;
        return head.StartsWith("/9j/"u8) ? "jpeg"
            : head.StartsWith("iVBOR"u8) ? "png"
            : head.StartsWith("R0lG"u8) ? "gif"
            : head.StartsWith("UklG"u8) ? "webp"
            : (EndOf(source) ?? SubtypeOf(source.MediaType ?? "image/png")) switch
            {
                "jpg" => "jpeg",
                var said and ("jpeg" or "png" or "gif" or "webp") => said,
                _ => null,
            };
    }

    private static string? DocumentFormat(string? type, string? fileName) => type switch
    {
        "application/pdf" => "pdf",
        "text/csv" => "csv",
        "application/msword" => "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "text/html" => "html",
        "text/markdown" => "md",
        "application/json" => "txt",
        not null when type.StartsWith("text/", StringComparison.Ordinal) => "txt",
        _ => Path.GetExtension(fileName)?.TrimStart('.').ToLowerInvariant() switch
        {
            "htm" => "html",
            var said and ("pdf" or "csv" or "doc" or "docx" or "xls" or "xlsx" or "html" or "txt" or "md") => said,
            _ => type is null ? "pdf" : null,
        },
    };

    private static string? SubtypeOf(string? type) => type is null ? null : type[(type.IndexOf('/', StringComparison.Ordinal) + 1)..];

    // Letters, digits, single spaces, hyphens and brackets; others are refused.
    private string DocumentName(string? fileName)
    {
        var known = new StringBuilder();
        foreach (var c in Path.GetFileNameWithoutExtension(fileName ?? "").Take(NameLengthMax - 10))
        {
            var letter = char.IsAsciiLetterOrDigit(c) || c is '-' or '(' or ')' or '[' or ']' ? c : ' ';
            if (letter != ' ' || (known.Length > 0 && known[^1] != ' '))
            {
                known.Append(letter);
            }
        }

        var name = known.ToString().TrimEnd() is { Length: > 0 } said ? said : "document";
        string own;
        do
        {
            var uses = _uses[name] = _uses.GetValueOrDefault(name) + 1;
            own = uses == 1 ? name : $"{name} ({uses})";
        }
        while (!_names.Add(own));

        return own;
    }
}
