using System.Text;
using System.Text.Json;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Shared;

/// <summary>Small pieces of JSON, as bytes.</summary>
internal static class JsonText
{
    /// <summary>A string as a JSON value, quotes included.</summary>
    public static byte[] Quote(string text) => Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text)}\"");

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
