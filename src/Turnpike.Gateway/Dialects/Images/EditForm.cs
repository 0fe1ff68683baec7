using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>A request to change images that came as a form, written as the JSON that OpenAI takes instead of it. Never throws.</summary>
internal static class EditForm
{
    private const string Model = "model";
    private const int FieldBytesMax = 256 << 10;

    /// <summary>The JSON; null where the body is not a whole form, or with the error to tell.</summary>
    public static byte[]? ToJson(ReadOnlySpan<byte> body, string boundary, out GatewayError? error)
    {
        if (FormParts.Find(body, boundary) is not { } parts)
        {
            error = GatewayErrors.InvalidField("body", "is not a whole multipart form of the boundary that its content type names.");
            return null;
        }

        error = null;
        var output = new ArrayBufferWriter<byte>(body.Length + (body.Length / 2) + 256);
        using (var json = JsonWriting.To(output))
        {
            json.WriteStartObject();
            WriteImages(json, parts, body);
            var model = parts.FindIndex(static p => p.Name == Model); // the first stands
            foreach (var part in parts.Where((p, i) => !IsImage(p) && (p.Name != Model || i == model)))
            {
                error ??= WriteField(json, part, body[part.Value]);
            }

            json.WriteEndObject();
        }

        return error is null ? output.WrittenMemory.ToArray() : null;
    }

    private static bool IsImage(FormPart part) => part.Name is "image" or "image[]";

    private static void WriteImages(Utf8JsonWriter json, List<FormPart> parts, ReadOnlySpan<byte> body)
    {
        json.WriteStartArray("images"u8);
        foreach (var part in parts.Where(IsImage))
        {
            json.WriteRawValue(Address(body[part.Value]), skipInputValidation: true);
        }

        json.WriteEndArray();
    }

    // As a JSON string. What type it is its reader tells by the bytes.
    private static byte[] Address(ReadOnlySpan<byte> image)
    {
        var head = "\"data:image/*;base64,"u8;
        var address = new byte[head.Length + Base64.GetMaxEncodedToUtf8Length(image.Length) + 1];
        head.CopyTo(address);
        Base64.EncodeToUtf8(image, address.AsSpan(head.Length), out _, out _);
        address[^1] = (byte)'"';
        return address;
    }

    private static GatewayError? WriteField(Utf8JsonWriter json, FormPart part, ReadOnlySpan<byte> value)
    {
        if (part.Name == "mask")
        {
            json.WritePropertyName(part.Name);
            json.WriteRawValue(Address(value), skipInputValidation: true);
            return null;
        }

        if (part.FileName is not null || value.Length > FieldBytesMax)
        {
            return GatewayErrors.InvalidField(GatewayErrors.Bounded(part.Name, 64), $"must be a text of at most {FieldBytesMax} bytes.");
        }

        var text = Encoding.UTF8.GetString(value);
        json.WritePropertyName(part.Name);
        if (part.Name is "n" or "output_compression" or "partial_images" or "seed" or "max_cost"
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            json.WriteNumberValue(number);
        }
        else if (part.Name is "stream" or "zdr" or "enforce_zdr" && FormParts.TryFlag(text, out var flag))
        {
            json.WriteBooleanValue(flag);
        }
        else if (part.Name is "provider" or "models")
        {
            return WriteJson(json, part.Name, text);
        }
        else
        {
            json.WriteStringValue(text);
        }

        return null;
    }

    private static GatewayError? WriteJson(Utf8JsonWriter json, string field, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            document.WriteTo(json);
            return null;
        }
        catch (JsonException)
        {
            json.WriteNullValue();
            return GatewayErrors.InvalidField(field, "must be JSON.");
        }
    }
}
