using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Turnpike.Configuration.Documents;

/// <summary>Turns JSON into nodes that know their place. Comments and trailing commas are allowed.</summary>
internal static class DocumentParser
{
    private const int DepthMax = 32;

    private static readonly JsonReaderOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = DepthMax,
    };

    /// <summary>Reads the whole document; null, with one fault, where it is not JSON. A field that is given twice is a fault too, but not the end.</summary>
    /// <param name="texts">Shared with the other documents of one loading.</param>
    public static DocumentNode? Parse(SourceText source, FaultList faults, TextPool texts)
    {
        if (!Utf8.IsValid(source.Utf8))
        {
            faults.Add(ConfigurationFault.Of(source.Name, "must be UTF-8 text"));
            return null;
        }

        var reader = new Utf8JsonReader(source.Utf8, Options);
        try
        {
            return Read(ref reader, source, faults, texts);
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

    private static DocumentNode? Read(ref Utf8JsonReader reader, SourceText source, FaultList faults, TextPool texts)
    {
        var open = new List<DocumentNode>(); // the children of what is not closed yet, those of the innermost last
        Span<int> starts = stackalloc int[DepthMax + 1]; // where those of each begin
        var depth = 0;
        DocumentNode? root = null;
        DocumentNode? parent = null;
        (string? Text, int Offset) name = default;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = (texts.Take(ref reader), (int)reader.TokenStartIndex);
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    Close(parent!, open, starts[depth--], faults); // what ends has begun
                    parent = parent!.Parent;
                    continue;
                default:
                    var node = Node(ref reader, source, texts, parent, name, open.Count - starts[depth]);
                    root ??= node;
                    if (parent is not null)
                    {
                        open.Add(node);
                    }

                    if (node.Kind is NodeKind.Object or NodeKind.Array)
                    {
                        parent = node;
                        starts[++depth] = open.Count;
                    }

                    name = default;
                    continue;
            }
        }

        return root;
    }

    private static DocumentNode Node(ref Utf8JsonReader reader, SourceText source, TextPool texts, DocumentNode? parent, (string? Text, int Offset) name, int index) => new()
    {
        Source = source,
        Offset = (int)reader.TokenStartIndex,
        NameOffset = name.Text is null ? (int)reader.TokenStartIndex : name.Offset,
        Parent = parent,
        Name = name.Text,
        Index = index,
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
            JsonTokenType.String or JsonTokenType.Number => texts.Take(ref reader),
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            _ => "",
        },
    };

    // The children are known, in their order; none may be named twice.
    private static void Close(DocumentNode node, List<DocumentNode> open, int start, FaultList faults)
    {
        node.Children = [.. CollectionsMarshal.AsSpan(open)[start..]];
        open.RemoveRange(start, open.Count - start);
        foreach (var child in node.Children)
        {
            if (child.Name is not null && node.Member(child.Name) is { } first && !ReferenceEquals(first, child))
            {
                var line = node.Source.PositionOf(first.NameOffset).Line;
                faults.Add(node.Source.FaultAt(child.NameOffset, child.Path, $"is given twice; it stands on line {line} already"));
            }
        }
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
