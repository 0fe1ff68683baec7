namespace Turnpike.Benchmarks.Auto;

/// <summary>The labelled set, bench/auto: kind, band, language, what comes with it, text (\n is a line break).</summary>
public static class LabelledSet
{
    /// <summary>Those that the difficulty's cues were written from; the kinds are learned from them too.</summary>
    public static IReadOnlyList<LabelledPrompt> Development() => Read("development.tsv");

    /// <summary>Those that the kinds are learned from: kind and text only.</summary>
    public static IReadOnlyList<LabelledPrompt> Training() =>
        [.. File.ReadLines(PathOf("training.tsv")).Where(static l => l.Length > 0 && l[0] != '#').Select(ParsePair)];

    /// <summary>Those that judge what is tried while the model is worked on.</summary>
    public static IReadOnlyList<LabelledPrompt> Validation() => Read("validation.tsv");

    /// <summary>Those that judge what is kept; nothing is learned or chosen by them.</summary>
    public static IReadOnlyList<LabelledPrompt> Test() => Read("test.tsv");

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "auto", file);

    /// <summary>A text as it is, from a line that writes line breaks as \n.</summary>
    public static string Unescaped(string text) => text.Replace("\\n", "\n", StringComparison.Ordinal);

    private static IReadOnlyList<LabelledPrompt> Read(string file) => [.. File.ReadLines(PathOf(file)).Select(Parse)];

    private static LabelledPrompt ParsePair(string line) => line.Split('\t') is [var kind, var text]
        ? new(kind, "", "", kind == "agent" && !text.StartsWith("You are", StringComparison.Ordinal) ? "tools" : "", Unescaped(text))
        : throw new InvalidDataException($"Not two columns: {line}");

    private static LabelledPrompt Parse(string line) => line.Split('\t') is [var kind, var band, var language, var with, var text]
        ? new(kind, band, language, with, Unescaped(text))
        : throw new InvalidDataException($"Not five columns: {line}");
}
