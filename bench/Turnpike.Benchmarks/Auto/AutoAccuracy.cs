using Turnpike.Gateway.Routing.Auto;

namespace Turnpike.Benchmarks.Auto;

/// <summary>How often the classifier says what a person says.</summary>
/// <param name="Prompts">How many were asked.</param>
/// <param name="Kinds">How many kinds were right.</param>
/// <param name="Bands">How many bands of difficulty were right.</param>
/// <param name="Misses">Those whose kind was wrong, with what was said instead.</param>
public sealed record AutoAccuracy(int Prompts, int Kinds, int Bands, IReadOnlyList<(LabelledPrompt Prompt, string Said)> Misses)
{
    public double KindShare => (double)Kinds / Prompts;

    public double BandShare => (double)Bands / Prompts;

    /// <summary>Asks the classifier for every prompt.</summary>
    public static AutoAccuracy Of(IEnumerable<LabelledPrompt> prompts)
    {
        var answers = prompts.Select(static p => (Prompt: p, Features: PromptFeatures.Read(p.Body()))).ToList();
        var misses = answers
            .Select(static a => (a.Prompt, Said: TaskKinds.Profile(a.Features.Kind).Word))
            .Where(static a => a.Said != a.Prompt.Kind)
            .ToList();
        return new(answers.Count, answers.Count - misses.Count, answers.Count(static a => a.Features.Band == a.Prompt.Band), misses);
    }
}
