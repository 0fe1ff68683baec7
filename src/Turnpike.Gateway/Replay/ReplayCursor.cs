namespace Turnpike.Gateway.Replay;

/// <summary>How far one reader of a log has come; what it has not read is kept for it.</summary>
internal sealed class ReplayCursor(long position)
{
    /// <summary>Events read, from the answer's beginning.</summary>
    public long Position { get; set; } = position;
}
