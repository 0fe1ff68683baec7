namespace Turnpike.Gateway.Dialects.Neutral;

internal enum ToolChoiceKind
{
    Auto,
    None,

    /// <summary>Some tool must be called.</summary>
    Required,

    /// <summary>The tool of <see cref="ToolChoice.Name"/> must be called.</summary>
    Named,
}

/// <param name="Name">Only with <see cref="ToolChoiceKind.Named"/>.</param>
internal sealed record ToolChoice(ToolChoiceKind Kind, string? Name = null);
