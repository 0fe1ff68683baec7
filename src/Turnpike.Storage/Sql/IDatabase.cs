using System.Data.Common;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Sql;

/// <summary>What differs between the databases behind <see cref="SqlStore"/>. The SQL itself is written to be understood by each.</summary>
internal interface IDatabase : IAsyncDisposable
{
    /// <summary>What it is, for logs and messages; never a password.</summary>
    string Name { get; }

    /// <summary>The folder of its migration files.</summary>
    string Migrations { get; }

    /// <summary>Makes the database where that is up to us; then opens a connection.</summary>
    Task<DbConnection> CreateAsync(CancellationToken cancellationToken);

    Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Opens a connection to a database that has tables of ours; null where it has none, and then nothing is made.</summary>
    Task<DbConnection?> FindAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction that sees one instant and changes nothing.</summary>
    Task<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Begins a transaction that writes; writers of notices come one after the other, so that notices become visible in order.</summary>
    Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Runs before the commit of a transaction that wrote notices.</summary>
    Task AnnounceAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Whether it is the database that fails, and not what was asked of it.</summary>
    bool IsUnavailable(DbException exception);

    /// <summary>Whether the same transaction may succeed when run again (a deadlock, a serialization failure).</summary>
    bool IsTransient(DbException exception);

    /// <summary>Opens the side that takes the journal over.</summary>
    IBookStore OpenBook();

    /// <summary>Returns when something may have changed in the notices, or after a while.</summary>
    INoticeSignal OpenNoticeSignal();
}
