using System.Text;
using System.Text.RegularExpressions;

namespace Turnpike.Gateway.Providers.Simulator;

/// <summary>What a message asks <c>turnpike/lorem</c> for: <c>200 tokens</c>, <c>50 tokens/s</c>, <c>after 300 ms</c>, in any order.</summary>
/// <param name="Tokens">The length; null when none is asked for.</param>
/// <param name="TokensPerSecond">The pace; null is as fast as it goes.</param>
/// <param name="FirstTokenAfter">How long the first token takes.</param>
internal readonly partial record struct LoremWish(int? Tokens, int? TokensPerSecond, TimeSpan FirstTokenAfter)
{
    private const int TokensPerSecondMax = 100_000;

    private const int FirstTokenMsMax = 60_000;

    public static LoremWish Of(string message)
    {
        var tokens = Read(LengthPattern().Match(message), BuiltInCatalog.OutputTokensMax);
        var pace = Read(PacePattern().Match(message), TokensPerSecondMax);
        var delayMs = Read(DelayPattern().Match(message), FirstTokenMsMax) ?? 0;
        return new(tokens, pace, TimeSpan.FromMilliseconds(delayMs));
    }

    private static int? Read(Match match, int max) =>
        !match.Success ? null : int.TryParse(match.Groups[1].ValueSpan, out var value) ? Math.Clamp(value, 1, max) : max;

    [GeneratedRegex(@"\b(\d+) ?tokens?\b(?! ?/| per )", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LengthPattern();

    [GeneratedRegex(@"\b(\d+) ?tokens?(?: ?/ ?| per )s", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PacePattern();

    [GeneratedRegex(@"\bafter (\d+) ?ms\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DelayPattern();
}

/// <summary>Filler text: the same seed gives the same text, and a shorter text is the beginning of a longer one.</summary>
internal static class LoremText
{
    private static readonly string[] _words =
    [
        "lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "sed", "do", "eiusmod", "tempor", "incididunt", "ut",
        "labore", "et", "dolore", "magna", "aliqua", "enim", "ad", "minim", "veniam", "quis", "nostrud", "exercitation", "ullamco", "laboris",
        "nisi", "aliquip", "ex", "ea", "commodo", "consequat", "duis", "aute", "irure", "in", "reprehenderit", "voluptate", "velit", "esse",
    ];

    /// <summary>Text of exactly that many bytes, all of them ASCII.</summary>
    public static string Write(int bytes, long seed)
    {
        var text = new StringBuilder(bytes + 16);
        var state = unchecked((ulong)seed);
        var inSentence = 0;
        while (text.Length < bytes)
        {
            var word = _words[Next(ref state) % (ulong)_words.Length];
            text.Append(text.Length == 0 ? "" : inSentence == 0 ? ". " : " ");
            text.Append(inSentence == 0 ? char.ToUpperInvariant(word[0]) : word[0]).Append(word, 1, word.Length - 1);
            inSentence = (inSentence + 1) % (6 + (int)(Next(ref state) % 7));
        }

        return text.ToString(0, bytes);
    }

    // splitmix64: the same on every machine and in every version, which System.Random does not promise.
    private static ulong Next(ref ulong state)
    {
        unchecked
        {
            var z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
