namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Text, never null; it may be empty where the caller sent an empty text.</summary>
internal sealed record TextPart(string Text) : Part;
