using System.Text.Json;
using System.Text.Unicode;

namespace Turnpike.Configuration.Documents;

/// <summary>Turns JSON into nodes that know their place. Comments and trailing commas are allowed.</summary>
internal static class DocumentParser
{
    private static readonly JsonReaderOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 32,
    };

    private const int NamesKept = 64;

    /// <summary>Reads the whole document; null, with one fault, where it is not JSON. A field that is given twice is a fault too, but not the end.</summary>
    public static DocumentNode? Parse(SourceText source, FaultList faults)
    {
        if (!Utf8.IsValid(source.Utf8))
        {
            faults.Add(ConfigurationFault.Of(source.Name, "must be UTF-8 text"));
            return null;
        }

        var reader = new Utf8JsonReader(source.Utf8, Options);
        try
        {
            return Read(ref reader, source, faults);
        }
        catch (JsonException exception)
        {
            var offset = OffsetOf(source, exception.LineNumber ?? 0, exception.BytePositionInLine ?? 0);
            faults.Add(source.FaultAt(offset, "", "is not JSON: " + Sentence(exception.Message)));
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate in an escape, which is JSON but not text.
            faults.Add(source.FaultAt((int)reader.TokenStartIndex, "", "has an escape that is not a character"));
        }

        return null;
    }

    private static DocumentNode? Read(ref Utf8JsonReader reader, SourceText source, FaultList faults)
    {
        var names = new string?[NamesKept];
        DocumentNode? root = null;
        DocumentNode? parent = null;
        string? name = null;
        var nameOffset = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = NameOf(ref reader, names);
                    nameOffset = (int)reader.TokenStartIndex;
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    parent = parent?.Parent;
                    continue;
                default:
                    var node = Node(ref reader, source, parent, name, name is null ? (int)reader.TokenStartIndex : nameOffset);
                    root ??= node;
                    Attach(parent, node, faults);
                    parent = node.Kind is NodeKind.Object or NodeKind.Array ? node : parent;
                    name = null;
                    continue;
            }
        }

        return root;
    }

    // A document says the same few names over and over.
    private static string NameOf(ref Utf8JsonReader reader, string?[] names)
    {
        var text = reader.ValueSpan;
        ref var kept = ref names[text.IsEmpty ? 0 : ((text.Length * 31) + (text[0] * 7) + text[^1]) % NamesKept];
        return kept is not null && reader.ValueTextEquals(kept) ? kept : kept = reader.GetString()!; // a name has text
    }

    private static DocumentNode Node(ref Utf8JsonReader reader, SourceText source, DocumentNode? parent, string? name, int nameOffset) => new()
    {
        Source = source,
        Offset = (int)reader.TokenStartIndex,
        NameOffset = nameOffset,
        Parent = parent,
        Name = name,
        Index = parent?.Children.Count ?? 0,
        Kind = reader.TokenType switch
        {
            JsonTokenType.StartObject => NodeKind.Object,
            JsonTokenType.StartArray => NodeKind.Array,
            JsonTokenType.String => NodeKind.Text,
            JsonTokenType.Number => NodeKind.Number,
            JsonTokenType.True or JsonTokenType.False => NodeKind.Boolean,
            _ => NodeKind.Null,
        },
        Text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString()!, // A string token has text.
            JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            _ => "",
        },
    };

    private static void Attach(DocumentNode? parent, DocumentNode node, FaultList faults)
    {
        if (parent is null)
        {
            return;
        }

        if (node.Name is not null && parent.Member(node.Name) is { } first)
        {
            var line = node.Source.PositionOf(first.NameOffset).Line;
            faults.Add(node.Source.FaultAt(node.NameOffset, node.Path, $"is given twice; it stands on line {line} already"));
        }

        parent.Children.Add(node);
    }

    private static int OffsetOf(SourceText source, long line, long byteInLine)
    {
        var offset = 0;
        for (long i = 0; i < line; i++)
        {
            var next = source.Utf8.AsSpan(offset).IndexOf((byte)'\n');
            if (next < 0)
            {
                break;
            }

            offset += next + 1;
        }

        return offset + (int)byteInLine;
    }

    /// <summary>The parser's message without the place, which it gives from zero and we give from one.</summary>
    private static string Sentence(string message)
    {
        var place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (place < 0 ? message : message[..place]).TrimEnd('.', ' ');
    }
}
