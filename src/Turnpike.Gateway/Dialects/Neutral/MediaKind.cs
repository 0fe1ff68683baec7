namespace Turnpike.Gateway.Dialects.Neutral;

internal enum MediaKind
{
    Image,

    /// <summary>PDF and other documents, plain text included.</summary>
    Document,
    Audio,
    Video,
}
