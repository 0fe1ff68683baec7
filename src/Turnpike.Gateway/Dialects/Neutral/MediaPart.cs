namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>An image, a document, a recording or a film.</summary>
internal sealed record MediaPart(MediaKind Kind, MediaSource Source) : Part
{
    /// <summary>The file's name; null where the caller gave none.</summary>
    public string? FileName { get; init; }

    /// <summary>OpenAI's <c>detail</c> of images: low, high, auto.</summary>
    public string? Detail { get; init; }

    /// <summary>The title, context or citations that Anthropic's documents carry: the raw members, by name.</summary>
    public IReadOnlyList<RawMember> Others { get; init; } = [];
}
