using System.Text.Json;

namespace Turnpike.Gateway.Dialects;

/// <summary>The tools of a request with which the provider searches the web itself, and how often they may.</summary>
internal static class SearchTools
{
    /// <summary>Searches of a tool that does not say how many it may make: what is set aside, and what the provider is told.</summary>
    public const int SearchesMax = 10;

    /// <summary>Our bound as a value (<see cref="SpliceKind.SearchLimit"/>), and as a member in front of others (<see cref="SpliceKind.NoSearchLimit"/>).</summary>
    public static readonly byte[] Limit = "10"u8.ToArray();

    /// <inheritdoc cref="Limit"/>
    public static readonly byte[] LimitMember = "\"max_uses\":10,"u8.ToArray();

    /// <summary>Far more than any answer has; what is larger is held as this.</summary>
    private const int SearchesBound = 10_000;

    /// <summary>A number of searches within what can be held.</summary>
    public static int Bounded(long searches) => (int)Math.Clamp(searches, 1, SearchesBound);

    /// <summary>How often the tools may search together, by what each says (Anthropic's <c>max_uses</c>), or by our bound; 0 where none searches.</summary>
    /// <param name="tools">A JSON array.</param>
    /// <param name="at">Where it stands in the body.</param>
    /// <param name="splices">Gets a place for our bound where a tool says nothing; null in dialects in which tools cannot.</param>
    public static int Sum(ReadOnlySpan<byte> tools, int at, MemberSplices? splices)
    {
        // Most lists name none, and are not gone over again; a letter may be escaped.
        if (tools.IndexOf("\"web_search"u8) < 0 && tools.IndexOf("\\u00"u8) < 0)
        {
            return 0;
        }

        var sum = 0;
        var json = new Utf8JsonReader(tools);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            sum = Math.Min(SearchesBound, sum + (json.TokenType == JsonTokenType.StartObject ? OfTool(ref json, at, splices) : 0));
            json.Skip();
        }

        return sum;
    }

    /// <summary>Whether the provider searches the web itself with a tool.</summary>
    public static bool Searches(ReadOnlySpan<byte> tool)
    {
        var json = new Utf8JsonReader(tool);
        return json.Read() && json.TokenType == JsonTokenType.StartObject && OfTool(ref json, 0, splices: null) > 0;
    }

    /// <summary>A tool of Anthropic's with our bound, where it searches and says nothing; else as it is.</summary>
    public static ReadOnlyMemory<byte> Bound(ReadOnlyMemory<byte> tool)
    {
        var splices = new MemberSplices();
        var json = new Utf8JsonReader(tool.Span);
        json.Read();
        OfTool(ref json, 0, splices);
        return splices.ToImmutable() is not [var place] ? tool
            : (byte[])[.. tool.Span[..place.Start], .. place.Kind == SpliceKind.SearchLimit ? Limit : LimitMember, .. tool.Span[place.End..]];
    }

    private static int OfTool(ref Utf8JsonReader json, int at, MemberSplices? splices)
    {
        var isSearch = false;
        var (start, end) = ((int)json.BytesConsumed, (int)json.BytesConsumed);
        int? most = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isType = json.ValueTextEquals("type"u8);
            var isMost = json.ValueTextEquals("max_uses"u8);
            json.Read();
            isSearch |= isType && json.TokenType == JsonTokenType.String && json.GetString()!.StartsWith("web_search", StringComparison.Ordinal);
            if (isMost)
            {
                (start, end) = ((int)json.TokenStartIndex, (int)json.BytesConsumed);
                most = json.TokenType == JsonTokenType.Null ? null
                    : json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var said) ? Bounded(said)
                    : SearchesMax; // what it is else is Anthropic's to refuse
            }

            json.Skip();
        }

        if (isSearch && most is null)
        {
            splices?.MarkWithin(start == end ? SpliceKind.NoSearchLimit : SpliceKind.SearchLimit, at + start, at + end);
        }

        return isSearch ? most ?? SearchesMax : 0;
    }
}
