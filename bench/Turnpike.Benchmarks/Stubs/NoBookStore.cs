using Turnpike.Core.Ledger;
using Turnpike.Storage.Journal;

namespace Turnpike.Benchmarks.Stubs;

/// <summary>A store that takes every batch and keeps nothing: what is measured is the book and its journal.</summary>
internal sealed class NoBookStore : IBookStore
{
    public JournalPosition? ReadPosition(Guid journal) => null;

    public void WritePosition(Guid journal, JournalPosition position)
    {
        // nothing is kept
    }

    public void Apply(Guid journal, JournalBatch batch, IReadOnlyList<RouteBlock> routes)
    {
        // the batch was proven whole when it was filled; more is the databases' work
    }

    public int ExpireOpenHolds(DateTimeOffset now) => 0;

    public void Dispose()
    {
        // nothing is open
    }
}
