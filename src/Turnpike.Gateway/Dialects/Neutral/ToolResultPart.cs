namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>What a tool answered.</summary>
/// <param name="CallId">The id of the call that it answers.</param>
/// <param name="Name">The tool's name, where the caller sent it or the call stands in the history; some dialects want it.</param>
internal sealed record ToolResultPart(string CallId, string? Name, IReadOnlyList<Part> Content, bool IsError = false) : Part
{
    /// <summary>It answers a call with a text (<see cref="ToolCallPart.IsFreeform"/>).</summary>
    public bool IsFreeform { get; init; }
}
