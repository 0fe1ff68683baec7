using System.Text.RegularExpressions;

namespace Turnpike.Structure.Tests;

/// <summary>Every way to break that a page lists has its test.</summary>
public sealed partial class TrapTests
{
    private const string Page = "docs/traps.md";

    [Fact]
    public void Every_row_names_a_test_and_how_it_was_proved()
    {
        var broken = Rows().Where(static r => !TestName().IsMatch(r.Test) || !(r.Proof == "by name" || r.Proof.StartsWith("mutated: ", StringComparison.Ordinal)));

        Rule.Holds($"A row of {Page} names a test, and says «mutated: …» or «by name».", broken);
    }

    [Fact]
    public void Every_test_that_is_named_is_there()
    {
        var tests = Tests();

        Rule.Holds($"A test that {Page} names is in the sources of the tests.", Rows().Select(static r => r.Test).Distinct().Where(t => !tests.Contains(t)));
    }

    private static List<(string Trap, string Test, string Proof)> Rows()
    {
        var rows = Repository.Read(Page).Split('\n')
            .Where(static l => l.StartsWith("| ", StringComparison.Ordinal))
            .Select(static l => l.Split('|', StringSplitOptions.TrimEntries))
            .Where(static c => c is [_, _, _, _, _] && c[2] != "Test")
            .Select(static c => (c[1], c[2].Trim('`'), c[3]))
            .ToList();
        Assert.NotEmpty(rows);
        return rows;
    }

    private static HashSet<string> Tests() =>
    [
        .. from file in Repository.Files("tests", ".cs")
           let source = Repository.Read(file)
           from Match type in Type().Matches(source)
           from Match test in Test().Matches(source)
           select $"{type.Groups[1].Value}.{test.Groups[1].Value}",
    ];

    [GeneratedRegex(@"^\w+\.\w+$")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^(?:public|internal) [\w ]*class (\w+)", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\n]*\n(?:\s*\[[^\n]*\n)*\s*public [\w<> ]*?(\w+)\(")]
    private static partial Regex Test();
}
