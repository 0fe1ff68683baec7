using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Turnpike.Hosting.Logging;

/// <summary>Turns what is logged into lines. Thread-safe; each thread writes into a buffer of its own.</summary>
/// <remarks>JSON: <c>time</c> (UTC), <c>level</c>, <c>category</c>, <c>event</c>, <c>message</c>, <c>request_id</c> where there is
/// one, the named values of
/// the message in snake case (<c>request_id</c> among them where a request is at fault), <c>exception</c>. Text: the same, for eyes. The message of an exception is left out unless its type
/// is known
/// not to quote a caller: prompts are nobody's business.</remarks>
internal sealed class LogWriter(LogSink sink, LogFormat format, TimeProvider time)
{
    private static readonly ConcurrentDictionary<string, JsonEncodedText> Names = new(StringComparer.Ordinal);

    private static readonly JsonWriterOptions JsonOptions = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_json;

    public void Write(
        LogLevel level, string category, EventId id, string message, IReadOnlyList<KeyValuePair<string, object?>>? values, Exception? exception)
    {
        ReportDropped();
        var buffer = Begin();
        if (format == LogFormat.Json)
        {
            WriteJson(buffer, level, category, id, message, values, exception);
        }
        else
        {
            WriteText(buffer, level, category, message, exception);
        }

        End(buffer);
    }

    /// <summary>Writes the line of a request that has ended. Allocates nothing.</summary>
    public void WriteRequest(LogLevel level, in RequestLine line)
    {
        var buffer = Begin();
        if (format == LogFormat.Json)
        {
            var json = StartJson(buffer, level, "Turnpike.Request");
            json.WriteString("message"u8, "request"u8);
            json.WriteString("request_id"u8, line.RequestId);
            if (line.GenerationId is { } generation)
            {
                json.WriteString("generation_id"u8, generation);
            }

            json.WriteString("method"u8, line.Method);
            json.WriteString("path"u8, line.Path);
            json.WriteNumber("status"u8, line.Status);
            json.WriteNumber("elapsed_ms"u8, Math.Round(line.Elapsed.TotalMilliseconds, 3));
            json.WriteEndObject();
            json.Flush();
        }
        else
        {
            Append(buffer, $"{time.GetUtcNow():HH:mm:ss.fff} {Word(level)} {line.Method} {line.Path} {line.Status} in {line.Elapsed.TotalMilliseconds:0.0} ms [{line.RequestId}]");
        }

        End(buffer);
    }

    private static ArrayBufferWriter<byte> Begin()
    {
        var buffer = t_buffer ??= new(1 << 10);
        buffer.ResetWrittenCount();
        return buffer;
    }

    private void End(ArrayBufferWriter<byte> buffer)
    {
        buffer.Write("\n"u8);
        var line = MemoryMarshal.AsMemory(buffer.WrittenMemory).Span; // Our own buffer: it may be written.
        Redaction.Apply(line);
        sink.Write(line);
    }

    private Utf8JsonWriter StartJson(ArrayBufferWriter<byte> buffer, LogLevel level, string category)
    {
        var json = t_json ??= new(buffer, JsonOptions);
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteString("time"u8, time.GetUtcNow().UtcDateTime);
        json.WriteString("level"u8, Word(level));
        json.WriteString("category"u8, category);
        return json;
    }

    private void WriteJson(
        ArrayBufferWriter<byte> buffer,
        LogLevel level,
        string category,
        EventId id,
        string message,
        IReadOnlyList<KeyValuePair<string, object?>>? values,
        Exception? exception)
    {
        var json = StartJson(buffer, level, category);
        if (id.Name is { } name)
        {
            json.WriteString("event"u8, name);
        }

        json.WriteString("message"u8, message);
        for (var i = 0; i < (values?.Count ?? 0); i++)
        {
            var (key, value) = values![i];
            if (key is not "{OriginalFormat}")
            {
                WriteValue(json, Names.GetOrAdd(key, static k => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(k))), value);
            }
        }

        if (exception is not null)
        {
            json.WriteString("exception"u8, Describe(exception));
        }

        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteValue(Utf8JsonWriter json, JsonEncodedText name, object? value)
    {
        switch (value)
        {
            case null: json.WriteNull(name); break;
            case string text: json.WriteString(name, text); break;
            case bool flag: json.WriteBoolean(name, flag); break;
            case int number: json.WriteNumber(name, number); break;
            case long number: json.WriteNumber(name, number); break;
            case double number when double.IsFinite(number): json.WriteNumber(name, number); break;
            case decimal number: json.WriteNumber(name, number); break;
            case TimeSpan span: json.WriteNumber(name, span.TotalSeconds); break;
            case IFormattable formattable: json.WriteString(name, formattable.ToString(null, CultureInfo.InvariantCulture)); break;
            default: json.WriteString(name, value.ToString()); break;
        }
    }

    private void WriteText(ArrayBufferWriter<byte> buffer, LogLevel level, string category, string message, Exception? exception)
    {
        Append(buffer, $"{time.GetUtcNow():HH:mm:ss.fff} {Word(level)} {category[(category.LastIndexOf('.') + 1)..]}: {message}");
        if (exception is not null)
        {
            Append(buffer, $"\n{Describe(exception)}");
        }
    }

    private static void Append(ArrayBufferWriter<byte> buffer, FormattableString text) =>
        Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture), buffer);

    private void ReportDropped()
    {
        if (sink.TakeDropped() is > 0 and var dropped)
        {
            Write(LogLevel.Warning, "Turnpike.Log", default, $"{dropped} lines were dropped: whoever reads this log is too slow.", null, null);
        }
    }

    /// <summary>What may be said of an exception: types and places; the message only where the type's messages are written by us or
    /// the system.</summary>
    private static string Describe(Exception exception)
    {
        var text = new StringBuilder();
        for (var e = exception; e is not null; e = e.InnerException)
        {
            text.Append(text.Length == 0 ? "" : "\n caused by ").Append(e.GetType().FullName);
            if (e is IOException or System.Net.Sockets.SocketException or Core.Ledger.StoreUnavailableException or ObjectDisposedException
                or NullReferenceException or TimeoutException or System.Data.Common.DbException)
            {
                text.Append(": ").Append(e.Message);
            }

            text.Append('\n').Append(e.StackTrace);
        }

        return text.ToString();
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        LogLevel.Critical => "fatal",
        LogLevel.None => "none",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
