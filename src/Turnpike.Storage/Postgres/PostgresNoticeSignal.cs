using Dapper;
using Npgsql;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Postgres;

/// <summary>Listens for notices; looks by itself now and then, should a call have been lost.</summary>
internal sealed class PostgresNoticeSignal(NpgsqlDataSource source) : INoticeSignal
{
    private const int LookAnywayMs = 5_000;

    private NpgsqlConnection? _connection;

    public async Task WaitAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        if (_connection is null)
        {
            _connection = await source.OpenConnectionAsync(cancellationToken);
            await _connection.ExecuteAsync("LISTEN " + PostgresDatabase.Channel);
            return;
        }

        await _connection.WaitAsync(LookAnywayMs, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }
}
