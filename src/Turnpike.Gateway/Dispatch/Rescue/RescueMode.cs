namespace Turnpike.Gateway.Dispatch.Rescue;

/// <summary>What is done with a stream that breaks after its first content.</summary>
public enum RescueMode
{
    /// <summary>It ends with an error in the stream, and no text is kept for anything else.</summary>
    Off,

    /// <summary>Another endpoint goes on where it broke; where none can, one begins anew and what the caller has is left out.</summary>
    Continue,

    /// <summary>Another endpoint begins anew; what the caller has is left out, where the beginnings are equal.</summary>
    Restart,
}
