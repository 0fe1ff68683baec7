using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads parts that are no text, in the shapes that clients send to chat addresses: OpenAI's, OpenRouter's and Anthropic's.</summary>
internal static class ChatMediaReader
{
    /// <summary>The part; null where it is of a kind that nobody here knows.</summary>
    public static Part? TryRead(JsonElement part, string? type, FieldPath path, ReadOnlyMemory<byte> body)
    {
        var read = type switch
        {
            "image_url" or "input_image" => Addressed(part, "image_url", MediaKind.Image, path, body),
            "video_url" or "input_video" => Video(part, path, body),
            "file" or "input_file" => File(part, path, body),
            "input_audio" => Audio(part, path, body),
            "document" => Sourced(part, MediaKind.Document, path, body),
            "image" => part.TryMember("image", out _) ? Addressed(part, "image", MediaKind.Image, path, body) : Sourced(part, MediaKind.Image, path, body),
            _ => null,
        };
        return read is null ? null : read with { Cache = part.CacheMark(), Others = read.Kind == MediaKind.Document ? Others(part, body) : [] };
    }

    // What Anthropic's documents carry beside their bytes.
    private static IReadOnlyList<RawMember> Others(JsonElement part, ReadOnlyMemory<byte> body)
    {
        List<RawMember> others = [];
        foreach (var name in (string[])["context", "citations"])
        {
            if (part.Raw(name, body) is { IsEmpty: false } raw)
            {
                others.Add(new(Core.Catalog.Dialects.AnthropicMessages, name, raw));
            }
        }

        return others;
    }

    private static MediaPart Addressed(JsonElement part, string member, MediaKind kind, FieldPath path, ReadOnlyMemory<byte> body)
    {
        if (!part.TryMember(member, out var value))
        {
            throw Missing(path, member);
        }

        var address = value.ValueKind == JsonValueKind.Object ? (value.TryMember("url", out var url) ? url : default) : value;
        return address.ValueKind == JsonValueKind.String
            ? new(kind, DataUrl.Read(address.StringSlice(body))) { Detail = value.ValueKind == JsonValueKind.Object ? value.Text("detail") : part.Text("detail") }
            : throw Missing(path, member + ".url");
    }

    // By address, or by its bytes and the word for their form.
    private static MediaPart Video(JsonElement part, FieldPath path, ReadOnlyMemory<byte> body)
    {
        var isInput = part.TryMember("input_video", out var video);
        return video.ValueKind == JsonValueKind.Object && video.TryMember("data", out var data) && data.ValueKind == JsonValueKind.String
            ? new(MediaKind.Video, Bytes(data.StringSlice(body), "video/" + (video.Text("format") ?? "mp4")))
            : Addressed(part, isInput ? "input_video" : "video_url", MediaKind.Video, path, body);
    }

    private static MediaSource Bytes(ReadOnlyMemory<byte> data, string type) =>
        data.Span.StartsWith("data:"u8) ? DataUrl.Read(data, type) : new() { Base64 = data, MediaType = type };

    private static MediaPart File(JsonElement part, FieldPath path, ReadOnlyMemory<byte> body)
    {
        var file = part.TryMember("file", out var inner) ? inner : part;
        if (file.ValueKind == JsonValueKind.String)
        {
            return Document(file.StringSlice(body), part.Text("filename"));
        }

        var name = file.Text("filename") ?? file.Text("name");
        if (file.Text("file_id") is { } id)
        {
            return new(MediaKind.Document, new() { FileId = id }) { FileName = name };
        }

        if (!file.TryMember("file_data", out var data) && !file.TryMember("fileData", out data) && !file.TryMember("file_url", out data) && !file.TryMember("url", out data))
        {
            throw Missing(path, "file.file_data");
        }

        if (data.ValueKind != JsonValueKind.String)
        {
            throw Missing(path, "file.file_data");
        }

        return Document(data.StringSlice(body), name);
    }

    private static MediaPart Document(ReadOnlyMemory<byte> source, string? name)
    {
        var isAddress = source.Span.StartsWith("data:"u8) || source.Span.StartsWith("http:"u8) || source.Span.StartsWith("https:"u8)
            || source.Span.StartsWith("s3:"u8) || source.Span.StartsWith("gs:"u8);
        return new(MediaKind.Document, isAddress ? DataUrl.Read(source) : new() { Base64 = source, MediaType = "application/pdf" }) { FileName = name };
    }

    private static MediaPart Audio(JsonElement part, FieldPath path, ReadOnlyMemory<byte> body)
    {
        if (!part.TryMember("input_audio", out var audio))
        {
            throw Missing(path, "input_audio");
        }

        if (audio.ValueKind == JsonValueKind.String)
        {
            return new(MediaKind.Audio, Bytes(audio.StringSlice(body), "audio/" + (part.Text("format") ?? "wav")));
        }

        if (!audio.TryMember("data", out var data) || data.ValueKind != JsonValueKind.String)
        {
            throw Missing(path, "input_audio.data");
        }

        return new(MediaKind.Audio, Bytes(data.StringSlice(body), "audio/" + (audio.Text("format") ?? "wav")));
    }

    // {"type":"document","source":{"type":"base64","media_type":…,"data":…}}: Anthropic's form.
    private static MediaPart Sourced(JsonElement part, MediaKind kind, FieldPath path, ReadOnlyMemory<byte> body)
    {
        if (!part.TryMember("source", out var source))
        {
            throw Missing(path, "source");
        }

        var media = source.Text("type") switch
        {
            "base64" when source.TryMember("data", out var data) && data.ValueKind == JsonValueKind.String =>
                new MediaSource { Base64 = data.StringSlice(body), MediaType = source.Text("media_type") },
            "url" when source.TryMember("url", out var url) && url.ValueKind == JsonValueKind.String => DataUrl.Read(url.StringSlice(body), source.Text("media_type")),
            "text" => new MediaSource { PlainText = source.Text("data") ?? "", MediaType = "text/plain" },
            "file" when source.Text("file_id") is { } id => new MediaSource { FileId = id },
            _ => throw Missing(path, "source.type"),
        };
        return new(kind, media) { FileName = part.Text("title") };
    }

    private static NeutralReadException Missing(FieldPath path, string member) =>
        new(GatewayErrors.InvalidField($"{path}.{member}", "is missing or not of the form that its type asks for."));
}
