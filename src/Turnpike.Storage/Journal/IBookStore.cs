using Turnpike.Core.Ledger;

namespace Turnpike.Storage.Journal;

/// <summary>The side of a store that takes the journal over. Used by one thread at a time.</summary>
internal interface IBookStore : IDisposable
{
    /// <summary>How far the store has applied this journal; null when it has never seen it.</summary>
    JournalPosition? ReadPosition(Guid journal);

    /// <summary>Notes where a journal begins (a new file, or a new epoch of it).</summary>
    void WritePosition(Guid journal, JournalPosition position);

    /// <summary>Applies a batch and its position in one durable transaction. A batch that was applied before is left as it is.</summary>
    /// <param name="routes">What is kept beside the bookings, in the same transaction.</param>
    /// <exception cref="StoreUnavailableException">Nothing is applied, or it is not known whether it is; ask again.</exception>
    void Apply(Guid journal, JournalBatch batch, IReadOnlyList<RouteBlock> routes);

    /// <summary>Ends every open hold as expired, with a record of its generation that says so. Answers how many.</summary>
    int ExpireOpenHolds(DateTimeOffset now);
}
