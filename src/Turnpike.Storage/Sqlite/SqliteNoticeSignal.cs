using System.Data.Common;
using Dapper;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Sqlite;

/// <summary>Looks at the database's change counter: a read of one page, whoever has written.</summary>
internal sealed class SqliteNoticeSignal(SqliteDatabase database) : INoticeSignal
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private DbConnection? _connection;
    private long _version = -1;

    public async Task WaitAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        if (_connection is null)
        {
            _connection = await database.OpenAsync(cancellationToken);
            _version = await ReadVersionAsync(_connection);
            return;
        }

        long version;
        do
        {
            // Always a pause first: under load the applier changes the counter with every batch.
            await Task.Delay(Interval, time, cancellationToken);
            version = await ReadVersionAsync(_connection);
        }
        while (version == _version);
        _version = version;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    private static Task<long> ReadVersionAsync(DbConnection connection) => connection.ExecuteScalarAsync<long>("PRAGMA data_version");
}
