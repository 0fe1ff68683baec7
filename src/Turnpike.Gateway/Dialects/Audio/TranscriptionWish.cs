using System.Collections.Immutable;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Audio;

/// <summary>Audio to be written down.</summary>
/// <param name="Form">json, verbose_json or text.</param>
/// <param name="Fields">What else is told to the provider, as text.</param>
internal sealed record TranscriptionWish(AudioFile File, string Form, ImmutableArray<KeyValuePair<string, string>> Fields) : OperationWish
{
    /// <summary>How long the audio is where so much of its text was seen: by its bytes, but no less than that takes to say.</summary>
    public double SecondsSeen(AnswerFacts facts) =>
        Math.Max(File.Seconds, Math.Min(TranscriptionRules.SecondsLeast(facts.CompletionTokensEstimate), File.SecondsBound));

    public override TokenUsage UsageSeen(AnswerFacts facts)
    {
        var usage = TranscriptionRules.UsageOf(SecondsSeen(facts));
        return usage with { CompletionTokens = Math.Max(usage.CompletionTokens, facts.CompletionTokensEstimate) };
    }
}

/// <summary>Audio, either at a place of the body or decoded.</summary>
/// <param name="Name">A file name; its ending tells the format.</param>
/// <param name="Seconds">How long it is, by its bytes.</param>
/// <param name="SecondsBound">Longer than it can be.</param>
internal sealed record AudioFile(string Name, string MediaType, Range At, byte[]? Decoded, double Seconds, double SecondsBound);
