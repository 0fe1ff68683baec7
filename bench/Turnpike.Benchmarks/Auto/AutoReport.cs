using System.Diagnostics;
using System.Globalization;
using Turnpike.Gateway.Routing.Auto;

namespace Turnpike.Benchmarks.Auto;

/// <summary>Prints how well and how fast prompts are classified.</summary>
internal static class AutoReport
{
    private const int Rounds = 2_000;

    /// <param name="withMisses">Also names the prompts of the development set that were taken for something else.</param>
    public static int Print(TextWriter output, bool withMisses)
    {
        var set = LabelledSet.Test();
        var test = AutoAccuracy.Of(set);
        var development = AutoAccuracy.Of(LabelledSet.Development());
        Line(output, "development", development);
        Line(output, "validation", AutoAccuracy.Of(LabelledSet.Validation()));
        Line(output, "test", test);
        output.WriteLine();
        foreach (var language in set.GroupBy(static p => p.Language))
        {
            Line(output, $"test, {language.Key}", AutoAccuracy.Of(language));
        }

        output.WriteLine();
        foreach (var kind in set.GroupBy(static p => p.Kind))
        {
            var misses = test.Misses.Where(m => m.Prompt.Kind == kind.Key).GroupBy(static m => m.Said).Select(static g => $"{g.Key} {g.Count()}");
            output.WriteLine(Invariant($"{kind.Key,-18} {kind.Count() - test.Misses.Count(m => m.Prompt.Kind == kind.Key)} of {kind.Count()}   {string.Join(", ", misses)}"));
        }

        foreach (var (prompt, said) in withMisses ? development.Misses : [])
        {
            output.WriteLine($"{prompt.Kind} taken for {said}: {prompt.Text.ReplaceLineEndings(" ")}");
        }

        output.WriteLine();
        Time(output, "a prompt of the set", [.. set.Select(static p => p.Body())]);
        Time(output, "a request of 100 kB", [Samples.TextRequest(100_000)]);
        return 0;
    }

    private static void Line(TextWriter output, string name, AutoAccuracy accuracy) => output.WriteLine(Invariant(
        $"{name,-14} kind {accuracy.KindShare:P1} ({accuracy.Kinds} of {accuracy.Prompts}), difficulty {accuracy.BandShare:P1}"));

    private static void Time(TextWriter output, string what, byte[][] bodies)
    {
        var times = new double[Rounds];
        for (var i = -Rounds; i < Rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            PromptFeatures.Read(bodies[(i + Rounds) % bodies.Length]);
            times[Math.Max(i, 0)] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        output.WriteLine(Invariant($"{what}: p50 {times[Rounds / 2]:F1} µs, p99 {times[Rounds * 99 / 100]:F1} µs"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
