using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Writing requests for providers: members that stand only where the caller said something, and raw values as they came.</summary>
internal static class JsonWriting
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The schema of a tool without parameters, for those who want it said.</summary>
    public static ReadOnlySpan<byte> NoParameters => """{"type":"object","properties":{}}"""u8;

    /// <summary>A writer that escapes only what JSON asks for.</summary>
    public static Utf8JsonWriter To(IBufferWriter<byte> output) => new(output, Options);

    public static void NumberIf(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    public static void NumberIf(this Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    public static void BooleanIf(this Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } truth)
        {
            json.WriteBoolean(name, truth);
        }
    }

    public static void StringIf(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>A text as a string, as it came where it came from a body.</summary>
    public static void Text(this Utf8JsonWriter json, ReadOnlySpan<byte> name, TextPart text)
    {
        json.WritePropertyName(name);
        text.WriteTo(json);
    }

    public static void StringsIf(this Utf8JsonWriter json, string name, IReadOnlyCollection<string> values)
    {
        if (values.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }
    }

    /// <summary>A value as it came; nothing where it is empty.</summary>
    public static void RawIf(this Utf8JsonWriter json, string name, ReadOnlyMemory<byte> value)
    {
        if (!value.IsEmpty)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value.Span, skipInputValidation: true);
        }
    }

    /// <summary>JSON text (a call's arguments) as a value; an object without members where it is empty or no object.</summary>
    public static void ObjectText(this Utf8JsonWriter json, string name, string text)
    {
        json.WritePropertyName(name);
        if (IsObject(text))
        {
            json.WriteRawValue(text, skipInputValidation: true);
        }
        else
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }
    }

    /// <summary>Bytes that need no escapes (base64) as a string, copied once.</summary>
    public static void Base64String(this Utf8JsonWriter json, string name, ReadOnlySpan<byte> prefix, ReadOnlyMemory<byte> base64)
    {
        json.WritePropertyName(name);
        json.WriteStringValueSegment(prefix, isFinalSegment: false);
        json.WriteStringValueSegment(base64.Span, isFinalSegment: true);
    }

    /// <summary>True where a text is one JSON object and nothing else.</summary>
    public static bool IsObject(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A tool as OpenAI's chat has it, with a schema where the caller gave none.</summary>
    public static void Function(this Utf8JsonWriter json, Tool tool)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, tool.Name);
        json.StringIf("description", tool.Description);
        json.WritePropertyName("parameters"u8);
        json.WriteRawValue(tool.Parameters.IsEmpty ? NoParameters : tool.Parameters.Span, skipInputValidation: true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The bytes of a token's text, as OpenAI's <c>logprobs</c> have them.</summary>
    public static void TokenBytes(this Utf8JsonWriter json, string text)
    {
        json.WriteStartArray("bytes"u8);
        foreach (var part in Encoding.UTF8.GetBytes(text))
        {
            json.WriteNumberValue(part);
        }

        json.WriteEndArray();
    }
}
