using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Shared;

/// <summary>Small pieces of JSON, as bytes.</summary>
internal static class JsonText
{
    private static readonly JavaScriptEncoder Relaxed = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    // What needs no escape in the strict form, which Quote uses: names and ids are of it.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !#$%()*,-./:;=?@[]^_{|}~");

    /// <summary>A string as a JSON value, quotes included; half of a surrogate pair becomes U+FFFD.</summary>
    public static byte[] Quote(string text)
    {
        if (text.AsSpan().ContainsAnyExcept(Plain))
        {
            return [(byte)'"', .. JsonEncodedText.Encode(Encoding.UTF8.GetBytes(text)).EncodedUtf8Bytes, (byte)'"'];
        }

        var quoted = new byte[text.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        Encoding.ASCII.GetBytes(text, quoted.AsSpan(1));
        return quoted;
    }

    /// <summary>Appends a string as <see cref="Quote"/> does; <c>null</c> for none.</summary>
    public static void AppendQuoted(ref PooledBuffer buffer, string? text)
    {
        if (text is null)
        {
            buffer.Append("null"u8);
        }
        else if (text.AsSpan().ContainsAnyExcept(Plain))
        {
            buffer.Append(Quote(text));
        }
        else
        {
            var span = buffer.Reserve(text.Length + 2);
            span[0] = span[text.Length + 1] = (byte)'"';
            buffer.Advance(Encoding.ASCII.GetBytes(text, span[1..]) + 2);
        }
    }

    /// <summary>A string as the inside of a JSON string, without quotes; half of a surrogate pair becomes U+FFFD.</summary>
    public static byte[] Inside(string text) => Inside(Encoding.UTF8.GetBytes(text));

    /// <summary>UTF-8 text (JSON, say) as the inside of a JSON string.</summary>
    public static byte[] Inside(ReadOnlySpan<byte> text) => text.IsEmpty ? [] : JsonEncodedText.Encode(text, Relaxed).EncodedUtf8Bytes.ToArray();

    /// <summary>The text that the inside of a JSON string means.</summary>
    public static string Meaning(ReadOnlySpan<byte> escaped)
    {
        var text = new PooledBuffer();
        try
        {
            AppendMeaning(ref text, escaped);
            return Encoding.UTF8.GetString(text.Span);
        }
        finally
        {
            text.Dispose();
        }
    }

    /// <summary>Appends the text that the inside of a JSON string means, as UTF-8: arguments that a caller wants as an object. What is no text in it,
    /// half of a surrogate pair or no UTF-8, becomes U+FFFD: providers cut characters apart.</summary>
    public static void AppendMeaning(ref PooledBuffer buffer, ReadOnlySpan<byte> escaped)
    {
        if (!escaped.Contains((byte)'\\'))
        {
            buffer.Append(escaped);
            return;
        }

        var text = Utf8.IsValid(escaped) ? escaped : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(escaped));
        var quoted = new byte[text.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        text.CopyTo(quoted.AsSpan(1));
        BodyText.ReplaceHalves(quoted);
        var json = new Utf8JsonReader(quoted);
        json.Read();
        buffer.Advance(json.CopyString(buffer.Reserve(text.Length)));
    }

    /// <summary>Appends dollars as a JSON number, exact to nine decimals and without trailing zeros.</summary>
    public static void AppendUsd(ref PooledBuffer buffer, NanoUsd amount)
    {
        var whole = amount.Value / NanoUsd.PerUsd;
        var fraction = (int)Math.Abs(amount.Value % NanoUsd.PerUsd);
        var span = buffer.Reserve(32);
        var at = 0;
        if (amount.IsNegative && whole == 0)
        {
            span[at++] = (byte)'-';
        }

        whole.TryFormat(span[at..], out var written);
        at += written;
        if (fraction != 0)
        {
            span[at++] = (byte)'.';
            fraction.TryFormat(span[at..], out _, "D9");
            at += 9;
            while (span[at - 1] == '0')
            {
                at--;
            }
        }

        buffer.Advance(at);
    }

    public static void AppendNumber(ref PooledBuffer buffer, long number)
    {
        number.TryFormat(buffer.Reserve(20), out var written);
        buffer.Advance(written);
    }
}
