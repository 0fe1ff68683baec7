namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>One message: who says it, and its parts in order.</summary>
/// <param name="Name">Who of several users or assistants it is; null where the caller did not say.</param>
internal sealed record Message(Role Role, List<Part> Parts, string? Name = null)
{
    /// <summary>The text of its text parts, joined by line feeds where there are several.</summary>
    public string Text => Parts is [TextPart only] ? only.Text : string.Join('\n', Parts.OfType<TextPart>().Select(static p => p.Text));
}
