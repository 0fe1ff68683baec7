using System.Collections.Frozen;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>What transcriptions in JSON and as a form have in common: formats, and what is counted by rule.</summary>
internal static class TranscriptionRules
{
    public const int TokensASecond = 10;

    private const int WrittenTokensASecond = 4;

    private const int WrittenTokensASecondMost = 8;

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        ["wav"] = "audio/wav",
        ["mp3"] = "audio/mpeg",
        ["mpga"] = "audio/mpeg",
        ["mpeg"] = "audio/mpeg",
        ["flac"] = "audio/flac",
        ["m4a"] = "audio/mp4",
        ["mp4"] = "audio/mp4",
        ["ogg"] = "audio/ogg",
        ["opus"] = "audio/ogg",
        ["webm"] = "audio/webm",
        ["aac"] = "audio/aac",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static ReadOnlySpan<string> Forms => new[] { "json", "verbose_json", "text" };

    public static IEnumerable<string> Formats => Types.Keys.Order(StringComparer.Ordinal);

    /// <summary>The media type of a format; null for one that is none.</summary>
    public static string? TypeOf(string format) => Types.GetValueOrDefault(format);

    /// <summary>True for fields that are ours to write: a second one could name another model than the one that is paid for.</summary>
    public static bool IsOurs(string field) =>
        field.StartsWith("model", StringComparison.OrdinalIgnoreCase) || field.StartsWith("file", StringComparison.OrdinalIgnoreCase);

    /// <summary>Why a form cannot be told as events, which have a text alone; null where it can.</summary>
    public static GatewayError? FormFault(string form, bool asEvents) => asEvents && form is not ("json" or "text")
        ? GatewayErrors.InvalidField("response_format", "must be json or text where 'stream' is true: events tell the text alone.")
        : null;

    public static WorkUnits UnitsOf(double seconds) => new() { AudioMilliseconds = (long)Math.Ceiling(seconds * 1000) };

    /// <summary>Ten tokens for a second of audio, four for what is written of it.</summary>
    public static TokenUsage UsageOf(double seconds)
    {
        var prompt = Tokens(seconds * TokensASecond);
        return new(prompt, Tokens(seconds * WrittenTokensASecond)) { PromptAudioTokens = prompt };
    }

    /// <summary>The least time in which so many tokens of text can be said.</summary>
    public static double SecondsLeast(int tokens) => (double)tokens / WrittenTokensASecondMost;

    /// <summary>More tokens of text than can be said in the audio.</summary>
    public static long WrittenTokensBound(AudioFile? file) => (long)(WrittenTokensASecondMost * (file?.SecondsBound ?? 0)) + 64;

    /// <summary>More tokens than the audio can come to.</summary>
    public static long PromptTokensBound(AudioFile file) => (long)Math.Ceiling(file.SecondsBound * TokensASecond * 2);

    private static int Tokens(double count) => (int)Math.Min(int.MaxValue, Math.Ceiling(count));
}
