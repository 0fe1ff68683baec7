using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Reads images that a caller gives: parts of OpenRouter's form (<c>image_url.url</c>), or OpenAI's (<c>image_url</c>), or the addresses alone.
/// The first error stands.</summary>
internal static class GivenImageReader
{
    private const int ImagesMax = 16;
    private const int UrlBytesMax = 8192;

    private const string Expected =
        "must be an image: {\"type\": \"image_url\", \"image_url\": {\"url\": …}}, with an address of http or https, or one that carries it (data:image/png;base64,…).";

    /// <summary>Reads a list, at which the reader stands, to its end.</summary>
    public static void ReadList(ref Utf8JsonReader json, string field, List<GivenImage> images, ref GatewayError? error)
    {
        if (json.TokenType == JsonTokenType.Null || !FieldReading.Expect(ref json, ref error, json.TokenType == JsonTokenType.StartArray, field, "an array"))
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (images.Count == ImagesMax)
            {
                error ??= GatewayErrors.InvalidField(field, $"has more than {ImagesMax} images. Send fewer.");
                json.Skip();
            }
            else if (Read(ref json, $"{field}[{images.Count}]", ref error) is { } image)
            {
                images.Add(image);
            }
        }
    }

    /// <summary>Reads one, at which the reader stands, to its end; null beside an error.</summary>
    public static GivenImage? Read(ref Utf8JsonReader json, string field, ref GatewayError? error)
    {
        GivenImage? image = null;
        if (json.TokenType == JsonTokenType.String)
        {
            image = Of(ref json);
        }
        else if (json.TokenType == JsonTokenType.StartObject)
        {
            image = ReadObject(ref json, field, ref error);
        }
        else
        {
            json.Skip();
        }

        error ??= image is null ? GatewayErrors.InvalidField(field, Expected) : null;
        return image;
    }

    private static GivenImage? ReadObject(ref Utf8JsonReader json, string field, ref GatewayError? error)
    {
        GivenImage? image = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isImage = json.ValueTextEquals("image_url"u8) || json.ValueTextEquals("url"u8);
            var isFile = json.ValueTextEquals("file_id"u8);
            json.Read();
            if (isImage)
            {
                image = Read(ref json, field, ref error);
                continue;
            }

            if (isFile && json.TokenType != JsonTokenType.Null)
            {
                error ??= GatewayErrors.InvalidField(field, "names a file by its id, and no files are kept here. Send the image itself, as image_url.");
            }

            json.Skip();
        }

        return image;
    }

    private static GivenImage? Of(ref Utf8JsonReader json)
    {
        var length = json.ValueSpan.Length;
        var address = json.ValueIsEscaped ? new byte[length] : json.ValueSpan.ToArray();
        var source = DataUrl.Read(json.ValueIsEscaped ? address.AsMemory(0, json.CopyString(address)) : address);
        if (source.Base64 is { } base64)
        {
            return Decoded(base64.Span) is { } bytes && ImageFile.Of(bytes) is { } file ? new(null, file, length) : null;
        }

        return length <= UrlBytesMax && Uri.TryCreate(source.Url, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
            ? new(source.Url, null, bodyBytes: 0)
            : null;
    }

    private static byte[]? Decoded(ReadOnlySpan<byte> base64)
    {
        if (!Base64.IsValid(base64, out var length))
        {
            return null;
        }

        var bytes = new byte[length];
        return Base64.DecodeFromUtf8(base64, bytes, out _, out var written) == OperationStatus.Done && written == length ? bytes : null;
    }
}
