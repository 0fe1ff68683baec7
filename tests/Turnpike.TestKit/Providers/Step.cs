namespace Turnpike.TestKit;

/// <summary>One thing that a scripted answer does after its head.</summary>
public abstract record Step
{
    private Step()
    {
    }

    /// <summary>Sends bytes in one write (and, in a chunked answer, as one chunk).</summary>
    public sealed record Send(ReadOnlyMemory<byte> Bytes) : Step;

    /// <summary>Waits for something that the test decides.</summary>
    public sealed record Until(Task Gate) : Step;

    /// <summary>Waits a while, as a slow model does.</summary>
    public sealed record Pause(TimeSpan Time) : Step;

    /// <summary>Says nothing more and keeps the connection open until the other side leaves.</summary>
    public sealed record Stall : Step;

    /// <summary>Ends the connection in the middle with a FIN: what was announced is missing.</summary>
    public sealed record Cut : Step;

    /// <summary>Ends the connection in the middle with a RST.</summary>
    public sealed record Reset : Step;
}

/// <summary>How the end of an answer's body is told.</summary>
public enum Framing
{
    Chunked,
    ContentLength,
    UntilClose,
}
