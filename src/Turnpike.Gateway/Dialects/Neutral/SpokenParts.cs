namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Raw parts that have words, as their words: for providers of other dialects than that of the parts.</summary>
internal static class SpokenParts
{
    /// <summary>The messages with words; the same where no part has any.</summary>
    public static List<Message> Of(List<Message> messages) => messages.Exists(static m => m.Parts.Exists(IsSpoken))
        ? messages.ConvertAll(static m => m.Parts.Exists(IsSpoken) ? m with { Parts = m.Parts.ConvertAll(Spoken) } : m)
        : messages;

    private static bool IsSpoken(Part part) => part is RawPart { Says: not null } || (part is ToolResultPart result && result.Content.Any(IsSpoken));

    private static Part Spoken(Part part) => part switch
    {
        RawPart { Says: { } words } => new TextPart(words) { Cache = part.Cache },
        ToolResultPart result => result with { Content = [.. result.Content.Select(Spoken)] },
        _ => part,
    };
}
