namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>A call of a tool by the model.</summary>
/// <param name="Arguments">JSON text, as the model wrote it; empty is no arguments.</param>
internal sealed record ToolCallPart(string Id, string Name, string Arguments) : Part
{
    /// <summary>It is called with a text, which stands in the arguments as <see cref="FreeformTool"/> has it.</summary>
    public bool IsFreeform { get; init; }
}
