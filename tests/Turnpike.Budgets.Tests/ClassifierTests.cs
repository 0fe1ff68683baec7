using Turnpike.Benchmarks.Auto;

namespace Turnpike.Budgets.Tests;

/// <summary>The classifier of openrouter/auto on labelled prompts that it has not learned from: what bench/README.md says of it.</summary>
public sealed class ClassifierTests
{
    [Fact]
    public void Three_in_four_prompts_of_the_test_set_are_taken_for_what_they_are() => Assert.InRange(AutoAccuracy.Of(LabelledSet.Test()).KindShare, 0.75, 1);

    [Fact]
    public void No_prompt_stands_in_two_sets()
    {
        var learned = LabelledSet.Training().Concat(LabelledSet.Development()).Select(static p => p.Text.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);

        Assert.DoesNotContain(LabelledSet.Test().Concat(LabelledSet.Validation()), p => learned.Contains(p.Text.ToUpperInvariant()));
    }
}
