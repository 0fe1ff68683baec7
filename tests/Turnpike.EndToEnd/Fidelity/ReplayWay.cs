namespace Turnpike.EndToEnd.Fidelity;

/// <summary>One way in which an exchange is replayed.</summary>
internal enum ReplayWay
{
    /// <summary>The caller asks for a whole answer.</summary>
    Whole,

    /// <summary>The caller asks for a stream. One that is cut breaks off with its connection.</summary>
    Streamed,

    /// <summary>The same, but what is cut ends as HTTP says that a body ends.</summary>
    Closed,
}
