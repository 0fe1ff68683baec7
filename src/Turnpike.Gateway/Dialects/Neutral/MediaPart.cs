using Turnpike.Core.Errors;

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

    /// <summary>The text of a document as words of the prompt, under its name where it has one.</summary>
    public string Words(string text) => FileName is { } name ? $"{name}\n\n{text}" : text;

    /// <summary>The error where it cannot be said: in a dialect of texts, and of pictures that stand in the request.</summary>
    public GatewayError Unsayable => GatewayErrors.InvalidField("messages", $"holds {What}, which this model cannot take.");

    private string What => Kind switch
    {
        MediaKind.Image => "a file at another provider",
        MediaKind.Document => "a document that is not text",
        MediaKind.Audio or MediaKind.Video => "sound or film",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
