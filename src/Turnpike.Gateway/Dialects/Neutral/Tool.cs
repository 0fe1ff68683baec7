namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>A function that the model may call, or a tool that only its own dialect knows.</summary>
internal sealed record Tool(string Name)
{
    public string? Description { get; init; }

    /// <summary>The JSON schema of its arguments, raw; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Parameters { get; init; }

    public bool? Strict { get; init; }

    public CacheMark? Cache { get; init; }

    /// <summary>Set where it is called with a text instead of arguments: the whole tool, as its own dialect says it. To others it is a function
    /// (<see cref="FreeformTool"/>), which the rest of this says.</summary>
    public RawMember? Freeform { get; init; }

    /// <summary>Set where it is no function (a server tool): the whole tool, as it came. Only a provider of the same
    /// dialect is sent it.</summary>
    public RawMember? Raw { get; init; }
}
