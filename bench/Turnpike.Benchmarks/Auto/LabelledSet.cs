namespace Turnpike.Benchmarks.Auto;

/// <summary>The labelled set, bench/auto: kind, band, language, what comes with it, text (\n is a line break).</summary>
public static class LabelledSet
{
    /// <summary>Those that cues may be written from.</summary>
    public static IReadOnlyList<LabelledPrompt> Development() => Read("development.tsv");

    /// <summary>Those that judge the cues and were written after them.</summary>
    public static IReadOnlyList<LabelledPrompt> Test() => Read("test.tsv");

    private static IReadOnlyList<LabelledPrompt> Read(string file) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "auto", file)).Select(Parse)];

    private static LabelledPrompt Parse(string line) => line.Split('\t') is [var kind, var band, var language, var with, var text]
        ? new(kind, band, language, with, text.Replace("\\n", "\n", StringComparison.Ordinal))
        : throw new InvalidDataException($"Not five columns: {line}");
}
