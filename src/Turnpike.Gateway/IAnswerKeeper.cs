namespace Turnpike.Gateway;

/// <summary>Sees the end of an answer before the caller does.</summary>
internal interface IAnswerKeeper
{
    /// <summary>Keeps it. Never throws on a store that is away: the answer was made, and is told.</summary>
    /// <param name="end">The whole answer, or the last of a stream's events.</param>
    Task KeepAsync(ReadOnlyMemory<byte> end);
}
