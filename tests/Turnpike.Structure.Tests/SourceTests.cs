using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Turnpike.Structure.Tests;

public sealed partial class SourceTests
{
    private const int LinesMax = 400;

    /// <summary>A type and its small companions, which nobody uses without it.</summary>
    private const int TypesMax = 6;

    /// <summary>Files that may be longer, with the reason.</summary>
    private static readonly Dictionary<string, string> MayBeLonger = new(StringComparer.Ordinal)
    {
        ["src/Turnpike.Storage/Postgres/PostgresBook.cs"] = "one transaction: its statements, beside their parameters",
        ["src/Turnpike.Storage/Sqlite/SqliteBook.cs"] = "the same for SQLite",
    };

    public static TheoryData<string> Projects => [.. Repository.Projects];

    [Fact]
    public void A_file_has_a_type_of_its_name()
    {
        var misnamed = Repository.Sources
            .Where(static f => Path.GetFileName(f) != "Program.cs")
            .Where(static f => !TypesIn(f).Contains(Path.GetFileName(f).Split('.')[0]));

        Rule.Holds("A file is called after its type.", misnamed);
    }

    [Fact]
    public void A_file_has_one_type_and_at_most_a_few_small_companions() =>
        Rule.Holds("Types that others use have files of their own.", Repository.Sources.Where(static f => TypesIn(f).Count > TypesMax));

    [Fact]
    public void A_namespace_is_the_folder()
    {
        var elsewhere = Repository.Sources
            .Where(static f => Path.GetFileName(f) != "Program.cs")
            .Where(static f => Namespace().Match(Repository.Read(f)).Groups[1].Value != Path.GetDirectoryName(f)!["src/".Length..].Replace('/', '.').Replace('\\', '.'));

        Rule.Holds("A namespace is the folder.", elsewhere);
    }

    [Fact]
    public void A_file_is_not_longer_than_can_be_read_at_once()
    {
        var longOnes = Repository.Sources.Where(static f => Lines(f) > LinesMax).ToHashSet();

        Rule.Holds($"A file has at most {LinesMax} lines; one that must have more is an exception here, with its reason.", longOnes.Except(MayBeLonger.Keys));
        Rule.Holds("A file that was split gives its exception back.", MayBeLonger.Keys.Except(longOnes));
    }

    [Fact]
    public void Nothing_is_left_for_later_in_the_code()
    {
        var all = new[] { "src", "tests", "bench" }.SelectMany(static f => Repository.Files(f, ".cs"));

        Rule.Holds("Do it now, or write an issue.", all.Where(static f => LeftForLater().IsMatch(Repository.Read(f))));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_type_is_called_by_a_word_that_says_nothing(string project) =>
        Rule.Holds("Say what it is.", OwnTypes(project).Where(static t => SaysNothing().IsMatch(t.Name)));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_class_is_sealed_or_abstract(string project) =>
        Rule.Holds("Classes are sealed, or abstract.", OwnTypes(project).Where(static t => t is { IsClass: true, IsSealed: false, IsAbstract: false }));

    private static IReadOnlyList<string> TypesIn(string file) => [.. TopLevelType().Matches(Repository.Read(file)).Select(static m => m.Groups[1].Value)];

    private static int Lines(string file) => Repository.Read(file).Count(static c => c == '\n');

    private static IEnumerable<Type> OwnTypes(string project) => Assembly.Load(project).GetTypes()
        .Where(t => t.FullName!.StartsWith("Turnpike", StringComparison.Ordinal)
            && t.GetCustomAttribute<CompilerGeneratedAttribute>() is null
            && !t.Name.Contains('<', StringComparison.Ordinal)
            && t.Namespace?.StartsWith("Turnpike", StringComparison.Ordinal) == true);

    [GeneratedRegex(@"^(?:public |internal |file |static |sealed |abstract |readonly |ref |unsafe |partial )*(?:class|interface|enum|record struct|record class|record|struct|delegate \S+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    // Put together, so that this file does not find itself.
    [GeneratedRegex(@"\b(TO" + "DO|FIX" + "ME|HA" + @"CK)\b")]
    private static partial Regex LeftForLater();

    [GeneratedRegex("(Manager|Helpers?|Utils?|Utility|Utilities|Data|Info)$")]
    private static partial Regex SaysNothing();
}
