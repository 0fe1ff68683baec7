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
