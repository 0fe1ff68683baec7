using System.Data;
using System.Data.Common;
using Dapper;
using Npgsql;
using Turnpike.Storage.Journal;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Postgres;

/// <summary>A PostgreSQL database.</summary>
internal sealed class PostgresDatabase : IDatabase
{
    /// <summary>The channel on which writers of notices call.</summary>
    public const string Channel = "turnpike_notice";

    /// <summary>Advisory locks, in the order in which they are taken; the numbers are arbitrary and ours.</summary>
    public const long ServerLock = 0x5475726e70696b01;
    private const long WriterLock = 0x5475726e70696b02;

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnectionStringBuilder _address;

    public PostgresDatabase(string address)
    {
        _address = PostgresAddress.Parse(address);
        _source = NpgsqlDataSource.Create(_address);
    }

    public string Name => $"PostgreSQL {_address.Host}:{_address.Port}/{_address.Database}";

    public string Migrations => "Postgres";

    public Task<DbConnection> CreateAsync(CancellationToken cancellationToken) => OpenAsync(cancellationToken);

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) => await _source.OpenConnectionAsync(cancellationToken);

    public async Task<DbConnection?> FindAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken);
        if (await connection.ExecuteScalarAsync<bool>("SELECT to_regclass('schema_version') IS NOT NULL"))
        {
            return connection;
        }

        await connection.DisposeAsync();
        return null;
    }

    public async Task<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    public async Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        // Numbers of notices are given before the commit; one writer at a time lets nobody see a later one before an earlier one.
        await connection.ExecuteAsync($"SET LOCAL lock_timeout = '5s'; SELECT pg_advisory_xact_lock({WriterLock})", transaction: transaction);
        return transaction;
    }

    public Task AnnounceAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition("NOTIFY " + Channel, transaction: transaction, cancellationToken: cancellationToken));

    public bool IsUnavailable(DbException exception) => IsUnavailable((Exception)exception);

    /// <summary>Connection, resources, shutdown, a lock that did not come, a standby; and whoever may not connect at all.</summary>
    public static bool IsUnavailable(Exception exception) => exception switch
    {
        PostgresException e => e.SqlState[..2] is "08" or "28" or "3D" or "53" or "55" or "57" or "58" || e.SqlState == "25006",
        NpgsqlException => true,
        _ => false,
    };

    public bool IsTransient(DbException exception) => exception is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    public IBookStore OpenBook() => new PostgresBook(_source, Name);

    public INoticeSignal OpenNoticeSignal() => new PostgresNoticeSignal(_source);

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
