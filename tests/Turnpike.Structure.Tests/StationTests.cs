using System.Text.RegularExpressions;

namespace Turnpike.Structure.Tests;

public sealed partial class StationTests
{
    private const string Root = "src/Turnpike.Gateway/";

    /// <summary>Not a station: pieces that all may use, and that use none.</summary>
    private const string Shared = "Shared";

    private static readonly IReadOnlyList<Import> Imports =
    [
        .. Repository.Sources
            .Where(static f => f.StartsWith(Root, StringComparison.Ordinal))
            .SelectMany(static f => GatewayNames().Matches(Repository.Read(f)).Select(m => new Import(f[Root.Length..], m.Groups[1].Value)))
            .Where(static i => i.Folder != "" && i.Station != i.Target && i.Target != Shared)
            .Distinct(),
    ];

    [Fact]
    public void Stations_import_no_stations_but_those_that_the_map_lists() =>
        Rule.Holds(
            "Stations do not import stations, but those that ARCHITECTURE.md lists.",
            Imports.Where(static i => !ArchitectureMap.Stations.Any(r => i.IsIn(r.Key) && r.Value.Contains(i.Target))));

    [Fact]
    public void The_map_lists_no_import_that_is_not_there()
    {
        var unused = ArchitectureMap.Stations.SelectMany(static r => r.Value
            .Where(target => !Imports.Any(i => i.IsIn(r.Key) && i.Target == target))
            .Select(target => $"{r.Key} → {target}"));

        Rule.Holds("Take what is not used any more out of ARCHITECTURE.md.", unused);
    }

    [Fact]
    public void A_surface_knows_of_its_sisters_only_how_errors_are_told()
    {
        var sisters = Repository.Sources
            .Where(static f => f.StartsWith(Root + "Surfaces/", StringComparison.Ordinal) && f[Root.Length..].Count(static c => c == '/') > 1)
            .SelectMany(static f => Sister().Matches(Repository.Read(f)).Select(m => (File: f, Sister: m.Groups[1].Value)))
            .Where(static s => s.Sister != "Errors" && !s.File.StartsWith($"{Root}Surfaces/{s.Sister}/", StringComparison.Ordinal));

        Rule.Holds("Surfaces share nothing but Errors and what stands in Surfaces/ itself.", sisters);
    }

    [GeneratedRegex(@"Turnpike\.Gateway\.([A-Z]\w+)")]
    private static partial Regex GatewayNames();

    [GeneratedRegex(@"^using Turnpike\.Gateway\.Surfaces\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Sister();

    /// <param name="File">Relative to the project.</param>
    /// <param name="Target">The first word of the namespace (or the type) behind the project's own.</param>
    private sealed record Import(string File, string Target)
    {
        public string Folder => Path.GetDirectoryName(File)!.Replace('\\', '/'); // a relative path has one

        public string Station => Folder.Split('/')[0];

        public bool IsIn(string folder) => File.StartsWith(folder + "/", StringComparison.Ordinal);

        public override string ToString() => $"{File} → {Target}";
    }
}
