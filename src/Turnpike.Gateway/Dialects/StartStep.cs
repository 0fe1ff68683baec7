namespace Turnpike.Gateway.Dialects;

/// <summary>What a piece of text is to the beginning that is expected (<see cref="ExpectedStart"/>).</summary>
internal enum StartStep
{
    /// <summary>A part of it; it is held back.</summary>
    Held,

    /// <summary>Its end, and perhaps more.</summary>
    Complete,

    /// <summary>Something else.</summary>
    Differs,
}
