using System.Text.RegularExpressions;

namespace Turnpike.Structure.Tests;

/// <summary>What ARCHITECTURE.md says in its tables.</summary>
internal static partial class ArchitectureMap
{
    private static readonly string[] Lines = Repository.Read("ARCHITECTURE.md").Split('\n');

    /// <summary>Each project, with those that it may use.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Projects { get; } = Rows("Projects")
        .Where(static r => r[0].StartsWith("`src/", StringComparison.Ordinal))
        .ToDictionary(static r => r[0].Trim('`')["src/".Length..], static r => MayUse(r[2]));

    /// <summary>The row of each folder of a project: the folder's name, and what is said of it.</summary>
    public static IReadOnlyDictionary<string, string> FoldersOf(string project) => Rows(Heading(project))
        .Where(static r => r is [_, _] && r[0].EndsWith("/`", StringComparison.Ordinal))
        .ToDictionary(static r => r[0].Trim('`', '/'), static r => r[1]);

    /// <summary>Each station (or a folder of it) with the stations that it may import.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Stations { get; } = Rows("Gateway")
        .Where(static r => r is [_, _, _] && r[0].StartsWith('`'))
        .ToDictionary(static r => r[0].Trim('`'), static r => Words(r[1]));

    private static string Heading(string project) => project == "Turnpike" ? "Host" : project["Turnpike.".Length..];

    private static IReadOnlyList<string> MayUse(string cell) => cell switch
    {
        "–" => [],
        "all" => [.. Repository.Projects],
        _ => [.. cell.Split(", ").Select(static n => "Turnpike." + n)],
    };

    private static IReadOnlyList<string> Words(string cell) => [.. InBackticks().Matches(cell).Select(static m => m.Groups[1].Value)];

    // The cells of all tables below a heading, up to the next one.
    private static IEnumerable<string[]> Rows(string heading) => Lines
        .SkipWhile(l => !l.StartsWith($"## {heading}", StringComparison.Ordinal))
        .Skip(1)
        .TakeWhile(static l => !l.StartsWith("## ", StringComparison.Ordinal))
        .Where(static l => l.StartsWith("| ", StringComparison.Ordinal))
        .Select(static l => Array.ConvertAll(l.Trim().Trim('|').Split('|'), static c => c.Trim()));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex InBackticks();
}
