using System.Text;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>Writes <c>docs/fidelity.md</c>: what is proved of each surface before each dialect.</summary>
internal sealed class FidelityMatrix(ExchangeResults results)
{
    private const string Head = """
        # Fidelity

        Which features pass from which surface to which dialect of a provider, and back. This page is made from recorded exchanges
        (`tests/exchanges`), which the tests replay through the front door: what a caller sends, what the provider must get, what it replies, and what
        the caller must be told, whole and streamed. Do not edit it; how it is written again stands in
        [tests/README.md](../tests/README.md#recorded-exchanges).

        - **pass**: replayed, and as it should be.
        - **not expressible**: the provider's dialect, or the surface, has no word for it. What happens instead stands below, and is replayed too.
        - **missing**: no exchange yet, or a gap that is known; it stands below.


        """;

    private readonly List<string> _notes = [];

    public static string Path { get; } = System.IO.Path.Combine(ExchangeFiles.Root, "docs", "fidelity.md");

    public override string ToString()
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (var surface in ExchangeResults.Surfaces)
        {
            AppendTable(page, surface);
        }

        page.Append("## Notes\n\n");
        for (var i = 0; i < _notes.Count; i++)
        {
            page.Append($"{i + 1}. {_notes[i]}\n");
        }

        return page.ToString();
    }

    private void AppendTable(StringBuilder page, ICallerSurface surface)
    {
        page.Append($"## {surface.Title}\n\n| | {string.Join(" | ", ExchangeFiles.Features.Select(static f => f.Replace('-', ' ')))} |\n");
        page.Append($"|---|{string.Concat(ExchangeFiles.Features.Select(static _ => "---|"))}\n");
        foreach (var dialect in ExchangeFiles.Dialects)
        {
            page.Append($"| {dialect.Title} | {string.Join(" | ", ExchangeFiles.Features.Select(f => Cell(dialect, f, surface.Name)))} |\n");
        }

        page.Append('\n');
    }

    private string Cell(ExchangeDialect dialect, string feature, string surface)
    {
        var exchanges = dialect.Exchanges.Where(e => e.Feature == feature).ToList();
        if (exchanges.Count == 0)
        {
            return "missing";
        }

        var expected = exchanges.Select(e => e.ExpectedAt(surface)).ToList();
        if (expected.Select(static e => (string?)e["missing"]).FirstOrDefault(static m => m is not null) is { } gap)
        {
            return $"missing {Note(feature, gap)}";
        }

        if (exchanges.Exists(e => results.Of(e, surface).Count > 0))
        {
            return "fails"; // never committed: the test of the exchange is red
        }

        var reason = expected.Select(static e => (string?)e["notExpressible"]).FirstOrDefault(static m => m is not null);
        return reason is null ? "pass" : $"not expressible {Note(feature, reason)}";
    }

    private string Note(string feature, string reason)
    {
        var note = $"{feature.Replace('-', ' ')}: {reason}";
        if (!_notes.Contains(note))
        {
            _notes.Add(note);
        }

        return $"[{_notes.IndexOf(note) + 1}](#notes)";
    }
}
