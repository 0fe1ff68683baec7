using Dapper;
using Microsoft.Data.Sqlite;

namespace Turnpike.Storage.Tests;

/// <summary>Another process that writes to the SQLite file and does not come to an end: the applier has to wait.</summary>
internal sealed class BlockedDatabase : IDisposable
{
    private readonly SqliteConnection _connection;

    public BlockedDatabase(string dataDirectory)
    {
        _connection = new($"Data Source={Path.Combine(dataDirectory, "turnpike.db")};Pooling=False");
        _connection.Open();
        _connection.Execute("BEGIN IMMEDIATE");
    }

    public void Dispose()
    {
        _connection.Execute("ROLLBACK");
        _connection.Dispose();
    }
}
