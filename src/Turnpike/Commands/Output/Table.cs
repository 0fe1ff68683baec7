using System.Text;

namespace Turnpike.Commands.Output;

/// <summary>Rows in aligned columns, for people.</summary>
internal sealed class Table(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row; there is a cell for each heading.</summary>
    public void Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headings.Length);
        _rows.Add(cells);
    }

    public override string ToString()
    {
        var widths = headings.Select((heading, column) => _rows.Select(r => r[column].Length).Append(heading.Length).Max()).ToArray();
        var text = new StringBuilder();
        Append(text, headings, widths);
        foreach (var row in _rows)
        {
            Append(text, row, widths);
        }

        return text.ToString().TrimEnd();
    }

    private static void Append(StringBuilder text, string[] cells, int[] widths)
    {
        var line = string.Join("  ", cells.Select((cell, column) => IsFigure(cell) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])));
        text.AppendLine(line.TrimEnd());
    }

    // Money lines up at the right, so that amounts compare at a glance.
    private static bool IsFigure(string cell) => cell.StartsWith('$');
}
