using System.Data;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Turnpike.Storage.Journal;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Sqlite;

/// <summary>A SQLite file in WAL mode: one writes at a time, readers are never in its way.</summary>
internal sealed class SqliteDatabase : IDatabase
{
    /// <summary>How long a writer waits for another (an operator's command, or the applier), milliseconds.</summary>
    private const string BusyMs = "5000";

    private const string Pragmas = $"PRAGMA busy_timeout = {BusyMs}; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

    /// <summary>For the connection that takes the journal over. Each commit is on the disk before the journal gives up its records; pages
    /// go from the WAL to the database after every 4,000 (32 MiB), and a WAL that grew beyond 64 MiB is cut when it can be.</summary>
    internal const string BookPragmas = Pragmas + """
        PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;
        """;

    private readonly string _path;
    private readonly string _connectionString;

    public SqliteDatabase(string path)
    {
        SqliteLibrary.EnsureLoaded();
        _path = path;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, DefaultTimeout = 5 }.ToString();
    }

    public string Name => $"SQLite {SqliteLibrary.EnsureLoaded()} ({SqliteLibrary.Origin}), {_path}";

    public string Migrations => "Sqlite";

    public async Task<DbConnection> CreateAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken);
        // The page size counts only before the first table; generations are wide, and 8 KiB pages keep them off overflow pages.
        await connection.ExecuteAsync("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;");
        return connection;
    }

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await connection.ExecuteAsync(Pragmas);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<DbConnection?> FindAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_path))
        {
            return null;
        }

        var connection = await OpenAsync(cancellationToken);
        if (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'") > 0)
        {
            return connection;
        }

        await connection.DisposeAsync();
        return null;
    }

    public Task<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: true));

    public Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: false));

    public Task AnnounceAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken) => Task.CompletedTask;

    // BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB
    public bool IsUnavailable(DbException exception) =>
        exception is SqliteException { SqliteErrorCode: 5 or 6 or 7 or 8 or 10 or 11 or 13 or 14 or 15 or 26 };

    public bool IsTransient(DbException exception) => false;

    public IBookStore OpenBook() => new SqliteBook(_path);

    public INoticeSignal OpenNoticeSignal() => new SqliteNoticeSignal(this);

    public ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }
}
