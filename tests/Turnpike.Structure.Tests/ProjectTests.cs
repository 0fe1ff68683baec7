using System.Reflection;
using System.Xml.Linq;

namespace Turnpike.Structure.Tests;

public sealed class ProjectTests
{
    public static TheoryData<string> Projects => [.. Repository.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_the_map_allows(string project)
    {
        var references = Document(project).Descendants("ProjectReference")
            .Select(static r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)); // one without Include does not build

        Assert.Subset(Allowed(project), references.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void What_was_built_uses_only_what_the_map_allows(string project)
    {
        var used = Assembly.Load(project).GetReferencedAssemblies().Select(static a => a.Name!).Where(Repository.Projects.Contains);

        Assert.Subset(Allowed(project), used.ToHashSet());
    }

    [Fact]
    public void Core_knows_nobody_the_middle_knows_only_core_and_nobody_knows_the_host()
    {
        Assert.Empty(Allowed("Turnpike.Core"));
        Assert.All(Repository.Projects.Except(["Turnpike", "Turnpike.Core"]), static p => Assert.Equal(["Turnpike.Core"], Allowed(p)));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_is_watched_for_what_is_banned(string project) => Assert.Contains(
        "Microsoft.CodeAnalysis.BannedApiAnalyzers",
        Document(project).Descendants("PackageReference").Select(static r => r.Attribute("Include")?.Value));

    [Theory]
    [InlineData("System.DateTime.UtcNow")]
    [InlineData("System.Guid.NewGuid")]
    [InlineData("System.Net.Http.HttpClient.#ctor")]
    [InlineData("System.Random.Shared")]
    [InlineData("System.Threading.Tasks.Task.Run")]
    public void What_must_be_handed_in_is_banned(string symbol) => Assert.Contains(symbol, Repository.Read("BannedSymbols.txt"));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("Turnpike.slnx");

        Rule.Holds("Every project is in Turnpike.slnx.", Repository.Files("", ".csproj").Where(p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal)));
    }

    private static HashSet<string> Allowed(string project) => ArchitectureMap.Projects.TryGetValue(project, out var allowed)
        ? [.. allowed]
        : throw new InvalidOperationException($"{project} has no line under 'Projects' in ARCHITECTURE.md.");

    private static XDocument Document(string project) => XDocument.Parse(Repository.Read($"src/{project}/{project}.csproj"));
}
