using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Surfaces;

/// <summary>How the surfaces that are read write their JSON.</summary>
internal static class SurfaceJson
{
    /// <summary>No escapes beyond those that JSON asks for: the answers are never put into a page as they are.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers 200 with what <paramref name="write"/> writes.</summary>
    public static Task AnswerAsync<T>(HttpContext context, T value, Action<Utf8JsonWriter, T> write) =>
        AnswerAsync(context, Render(value, write));

    /// <summary>Answers 200 with a body that is there already.</summary>
    public static async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    public static ReadOnlyMemory<byte> Render<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            write(writer, value);
        }

        return output.WrittenMemory;
    }

    /// <summary>Writes dollars as a number, exactly.</summary>
    public static void WriteUsd(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, NanoUsd? amount)
    {
        writer.WritePropertyName(name);
        if (amount is { } known)
        {
            writer.WriteRawValue(known.ToString(), skipInputValidation: true);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    /// <summary>How the request was routed, beside the error; nothing where the caller did not ask to be told.</summary>
    public static void WriteRouteMetadata(this Utf8JsonWriter writer, GatewayError error)
    {
        if (!error.RouteMetadata.IsEmpty)
        {
            writer.WritePropertyName("openrouter_metadata"u8);
            writer.WriteRawValue(error.RouteMetadata.Span, skipInputValidation: true);
        }
    }

    public static void WriteNumberOrNull(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } known)
        {
            writer.WriteNumber(name, known);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    public static void WriteStrings(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, ImmutableArray<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
