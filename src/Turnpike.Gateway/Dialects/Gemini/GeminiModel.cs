using System.Globalization;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>What a model's name tells of what it takes.</summary>
/// <param name="Name">Without <c>models/</c> or a publisher.</param>
/// <param name="Generation">2.5, 3 …; null where the name has none (Gemma, names that end in <c>latest</c>).</param>
internal readonly record struct GeminiModel(string Name, double? Generation)
{
    public bool IsGemma => Name.StartsWith("gemma", StringComparison.Ordinal);

    public bool IsPro => Name.Contains("-pro", StringComparison.Ordinal);

    public bool IsLite => Name.Contains("-lite", StringComparison.Ordinal);

    public bool DrawsImages => Name.Contains("-image", StringComparison.Ordinal);

    public bool Speaks => Name.Contains("-tts", StringComparison.Ordinal);

    /// <summary>Signatures are asked for under function calls, results may hold media, tools go with a form of the answer.</summary>
    public bool IsThirdGeneration => !IsGemma && Generation is null or >= 3; // a name that ends in latest is of the newest

    /// <summary>Temperature, top-p and top-k do nothing, and a prompt that ends with the model's own turn is refused: 3.5 Flash-Lite, 3.6 and all later.
    /// (Source: ai.google.dev, latest-model, API changes, July 2026.)</summary>
    public bool DecidesItself => Generation >= 3.6 || (Generation >= 3.5 && IsLite) || IsLatestFlash;

    /// <summary>It thinks a little at least; others can be asked for next to nothing. (Source: ai.google.dev, thinking levels, September 2026.)</summary>
    public bool ThinksAtLeastLow => IsPro || Generation >= 3.7 || IsLatestFlash;

    private bool IsLatestFlash => Generation is null && Name.StartsWith("gemini-flash", StringComparison.Ordinal);

    /// <summary>Penalties are refused by the Gemini API from 2.5 on, everywhere from 3 on.</summary>
    public bool TakesPenalties(GeminiHost host) => !IsGemma && Generation < (host == GeminiHost.Vertex ? 3 : 2.5);

    /// <summary>One answer only at the Gemini API from 3 on; Vertex was seen to give more.</summary>
    public bool TakesSeveralAnswers(GeminiHost host) => host == GeminiHost.Vertex || !IsThirdGeneration;

    public static GeminiModel Parse(string upstreamModel)
    {
        var name = upstreamModel[(upstreamModel.LastIndexOf('/') + 1)..];
        const string Prefix = "gemini-";
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return new(name, null);
        }

        var end = Prefix.Length;
        while (end < name.Length && (char.IsAsciiDigit(name[end]) || name[end] == '.'))
        {
            end++;
        }

        return new(name, double.TryParse(name.AsSpan(Prefix.Length, end - Prefix.Length), CultureInfo.InvariantCulture, out var generation) ? generation : null);
    }
}
