using System.Text;

namespace Turnpike.Gateway.Providers.Simulator;

/// <summary>The simulator's tokenizer: a token is the longest run of whole characters that fits into four UTF-8 bytes, so that plain
/// English text has a quarter as many tokens as letters, rounded up.</summary>
internal static class SimulatorTokens
{
    private const int BytesPerToken = 4;

    /// <summary>How many tokens a text has.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var rest = text; !rest.IsEmpty; rest = rest[NextLength(rest)..])
        {
            count++;
        }

        return count;
    }

    /// <summary>Cuts a text into its tokens; joined they are the text again.</summary>
    public static List<string> Split(string text)
    {
        var tokens = new List<string>((text.Length / BytesPerToken) + 1);
        for (var at = 0; at < text.Length;)
        {
            var length = NextLength(text.AsSpan(at));
            tokens.Add(text.Substring(at, length));
            at += length;
        }

        return tokens;
    }

    private static int NextLength(ReadOnlySpan<char> text)
    {
        var chars = 0;
        var bytes = 0;
        while (chars < text.Length)
        {
            _ = Rune.DecodeFromUtf16(text[chars..], out var rune, out var consumed);
            bytes += rune.Utf8SequenceLength;
            if (bytes > BytesPerToken)
            {
                break;
            }

            chars += consumed;
        }

        return chars;
    }
}
