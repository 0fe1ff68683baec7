using System.Collections.Immutable;
using System.Text;

namespace Turnpike.Configuration.Documents;

/// <summary>A value of a JSON document that knows where it stands.</summary>
internal sealed class DocumentNode
{
    private const int ShownCharsMax = 60;

    public required SourceText Source { get; init; }

    /// <summary>Where the value begins, in bytes.</summary>
    public required int Offset { get; init; }

    /// <summary>Where the name of a member begins; the value's own place for an item.</summary>
    public required int NameOffset { get; init; }

    public required NodeKind Kind { get; init; }

    public DocumentNode? Parent { get; init; }

    /// <summary>The name of a member of an object; null for an item of an array.</summary>
    public string? Name { get; init; }

    /// <summary>The place among the items of an array.</summary>
    public int Index { get; init; }

    /// <summary>A text's value; a number or boolean as it is written; empty otherwise.</summary>
    public string Text { get; init; } = "";

    /// <summary>Members or items in the order of the file.</summary>
    public ImmutableArray<DocumentNode> Children { get; set; } = []; // set when all of them have been read

    /// <summary>The way from the root: <c>providers[0].baseUrl</c>; empty for the root.</summary>
    public string Path
    {
        get
        {
            if (Parent is null)
            {
                return "";
            }

            var before = Parent.Path;
            return Name is null ? $"{before}[{Index}]" : before.Length == 0 ? Name : $"{before}.{Name}";
        }
    }

    public DocumentNode? Member(string name)
    {
        foreach (var child in Children)
        {
            if (string.Equals(child.Name, name, StringComparison.Ordinal))
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>The value as JSON.</summary>
    public string ToJson() => Kind switch
    {
        NodeKind.Object => $"{{{string.Join(',', Children.Select(static c => $"{Quoted(c.Name ?? "")}:{c.ToJson()}"))}}}",
        NodeKind.Array => $"[{string.Join(',', Children.Select(static c => c.ToJson()))}]",
        NodeKind.Text => Quoted(Text),
        NodeKind.Number or NodeKind.Boolean => Text,
        _ => "null",
    };

    /// <summary>The value as a fault may show it: short, on one line, and hidden where it looks like a key or holds a password.</summary>
    public string Shown() => Kind switch
    {
        NodeKind.Object => "an object",
        NodeKind.Array => "a list",
        NodeKind.Text => ShownText(Text),
        NodeKind.Number or NodeKind.Boolean => Text.Length > ShownCharsMax ? Text[..ShownCharsMax] + "…" : Text,
        _ => "null",
    };

    private static string Quoted(string text) => $"\"{System.Text.Json.JsonEncodedText.Encode(text)}\"";

    public static string ShownText(string text)
    {
        // Keys, and addresses with a user or a query in them.
        if (text.StartsWith("sk-", StringComparison.OrdinalIgnoreCase) || text.AsSpan().ContainsAny('@', '?'))
        {
            return "\"***\"";
        }

        var shown = new StringBuilder("\"");
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, ShownCharsMax)))
        {
            shown.Append(char.IsControl(c) ? ' ' : c);
        }

        return shown.Append(text.Length > ShownCharsMax ? "…\"" : "\"").ToString();
    }
}
