using SQLitePCL;
using Turnpike.Core.Ledger;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Sqlite;

/// <summary>A statement prepared once and run often, on one thread.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly nint _handle;
    private readonly nint _databaseHandle;

    public SqliteStatement(sqlite3 database, string sql)
    {
        var code = raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement);
        if (code != raw.SQLITE_OK)
        {
            throw Failure(database, code);
        }

        _database = database;
        _databaseHandle = database.DangerousGetHandle();
        _handle = _statement.DangerousGetHandle();
    }

    public void Bind(int index, long value) => NativeSqlite.BindInt64(_handle, index, value);

    /// <summary>Binds a number, or null where none was reported.</summary>
    public void BindOptional(int index, int value)
    {
        if (value == JournalFormat.NoNumber)
        {
            NativeSqlite.BindNull(_handle, index);
        }
        else
        {
            NativeSqlite.BindInt64(_handle, index, value);
        }
    }

    // Safe: the views point into the ring, which is not memory of the collector and is not released before the batch is applied.
    public unsafe void BindText(int index, TextView text)
    {
        if (text.IsNull)
        {
            NativeSqlite.BindNull(_handle, index);
        }
        else
        {
            NativeSqlite.BindText(_handle, index, text.Start, text.Length, NativeSqlite.Static);
        }
    }

    public unsafe void BindBlob(int index, TextView bytes) =>
        NativeSqlite.BindBlob(_handle, index, bytes.Start, bytes.Length, NativeSqlite.Static);

    /// <summary>Binds bytes that SQLite copies.</summary>
    public void BindBlob(int index, ReadOnlySpan<byte> bytes) => raw.sqlite3_bind_blob(_statement, index, bytes);

    public void BindText(int index, ReadOnlySpan<byte> utf8) => raw.sqlite3_bind_text(_statement, index, utf8);

    public void BindText(int index, string text) => raw.sqlite3_bind_text(_statement, index, text);

    public void BindNull(int index) => NativeSqlite.BindNull(_handle, index);

    /// <summary>Runs it to its end; answers how many rows it changed.</summary>
    public int Run()
    {
        var code = NativeSqlite.Step(_handle);
        if (code is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            var failure = Failure(_database, code);
            NativeSqlite.Reset(_handle);
            throw failure;
        }

        NativeSqlite.Reset(_handle);
        return NativeSqlite.Changes(_databaseHandle);
    }

    /// <summary>Reads the next row; false, and ready to be run again, at the end.</summary>
    public bool Next()
    {
        var code = NativeSqlite.Step(_handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        var failure = code == raw.SQLITE_DONE ? null : Failure(_database, code);
        NativeSqlite.Reset(_handle);
        return failure is null ? false : throw failure;
    }

    public void Reset() => NativeSqlite.Reset(_handle);

    public long Long(int column) => raw.sqlite3_column_int64(_statement, column);

    public string? Text(int column) =>
        raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public byte[] Blob(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    internal static StoreUnavailableException Failure(sqlite3 database, int code) =>
        new($"SQLite: {raw.sqlite3_errmsg(database).utf8_to_string()} ({code}).");
}
