namespace Turnpike.Storage.Journal;

/// <summary>How far a journal was applied: the last sequence, and the position behind its record in the epoch it belongs to.</summary>
internal readonly record struct JournalPosition(long Sequence, uint Epoch, long Position);
