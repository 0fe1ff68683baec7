using System.Text.RegularExpressions;

namespace Turnpike.Structure.Tests;

public sealed partial class DocumentTests
{
    public static TheoryData<string> Projects => [.. Repository.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_folder_has_a_line_in_the_map(string project)
    {
        var rows = ArchitectureMap.FoldersOf(project);

        // A folder within a folder is named in that folder's line.
        var missing = Repository.FoldersOf(project).Where(folder => folder.Split('/') is var steps
            && !(rows.TryGetValue(steps[0], out var said) && steps.Skip(1).All(s => said.Contains($"`{s}`", StringComparison.Ordinal) || said.Contains($"`{s}/`", StringComparison.Ordinal))));

        Rule.Holds("A folder has a line in ARCHITECTURE.md; one within a folder is named in that line.", missing);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_line_of_the_map_has_a_folder(string project) =>
        Rule.Holds("A line of ARCHITECTURE.md has a folder.", ArchitectureMap.FoldersOf(project).Keys.Except(Repository.FoldersOf(project)));

    [Fact]
    public void A_link_points_to_a_file_that_is_there()
    {
        var broken =
            from document in Repository.Documents
            from Match link in Link().Matches(Repository.Read(document))
            let target = link.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
            where !Repository.Exists(Path.Combine(Path.GetDirectoryName(document)!, target))
            select $"{document} → {target}";

        Rule.Holds("A link points to what is there.", broken);
    }

    [Fact]
    public void A_document_that_is_spoken_of_is_there()
    {
        var missing =
            from file in Repository.Documents.Concat(Repository.Sources)
            from Match mention in Mention().Matches(Repository.Read(file))
            where !Repository.Exists(mention.Value)
            select $"{file} → {mention.Value}";

        Rule.Holds("A document that is spoken of is there.", missing.Distinct());
    }

    [Theory]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("CHANGELOG.md")]
    [InlineData("bench/README.md")]
    public void The_house_documents_are_there(string document) => Assert.Contains(document, Repository.Documents);

    // Without what stands behind # or after a blank (a title).
    [GeneratedRegex(@"\]\(([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/.-])docs/[\w/-]+\.md\b")]
    private static partial Regex Mention();
}
