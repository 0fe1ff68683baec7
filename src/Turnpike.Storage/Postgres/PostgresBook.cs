using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Turnpike.Core.Ledger;
using Turnpike.Storage.Journal;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Postgres;

/// <summary>Takes the journal over into PostgreSQL, on a connection of its own. That connection also holds the lock that keeps a second
/// server from this database: who has lost the connection has lost the lock, and must get it again before writing.</summary>
internal sealed class PostgresBook : IBookStore
{
    /// <summary>How long a start waits for a server that has just died or is stopping.</summary>
    private static readonly TimeSpan LockWithin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LockEvery = TimeSpan.FromMilliseconds(200);

    private const int TriesMax = 5;

    private readonly NpgsqlDataSource _source;
    private readonly string _name;
    private readonly AttemptsJson _attempts = new();
    private NpgsqlConnection? _connection;

    public PostgresBook(NpgsqlDataSource source, string name)
    {
        _source = source;
        _name = name;
        try
        {
            _connection = Connect(LockWithin);
        }
        catch (NpgsqlException e)
        {
            throw Unavailable(e);
        }
    }

    public JournalPosition? ReadPosition(Guid journal) => Run(c => ReadPosition(c, journal));

    public void WritePosition(Guid journal, JournalPosition position) => Run(c => Execute(
        c,
        """
        INSERT INTO journal (id, sequence, epoch, position) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, epoch = excluded.epoch, position = excluded.position
        """,
        journal.ToString(),
        position.Sequence,
        (long)position.Epoch,
        position.Position));

    public void Apply(Guid journal, JournalBatch batch, IReadOnlyList<RouteBlock> routes)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(routes);
        var rows = PostgresBatch.Read(batch, _attempts);
        Run(connection =>
        {
            try
            {
                return ApplyOnce(connection, journal, batch, rows, routes);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // Some of it is there under the same ids, though the journal's position says otherwise: what is there moves no money.
                return ApplyOnce(connection, journal, batch, PostgresBatch.Read(batch, _attempts, FindPresent(connection, rows)), routes);
            }
        });
    }

    public int ExpireOpenHolds(DateTimeOffset now) => Run(connection =>
    {
        using var transaction = connection.BeginTransaction();
        using var command = new NpgsqlCommand(
            """
            WITH o AS (DELETE FROM open_hold RETURNING *),
            e AS (INSERT INTO entry (account_id, reference, step, kind, amount, at) SELECT account_id, generation_id, 2, 4, amount, $1 FROM o),
            g AS (
              INSERT INTO generation (account_id, id, key_hash, created_at, charged, cost, prompt_cost, basis, streamed, cancelled,
                prompt_tokens, completion_tokens, generation_ms, images_in, model, api_type, external_user, error_type)
              SELECT account_id, generation_id, key_hash, at, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, model, 'completions', external_user, 'server' FROM o),
            d AS (
              INSERT INTO key_day (key_hash, day, charged, requests)
              SELECT key_hash, to_char(to_timestamp(at / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 0, count(*) FROM o GROUP BY 1, 2
              ON CONFLICT (key_hash, day) DO UPDATE SET requests = key_day.requests + excluded.requests),
            a AS (
              UPDATE account SET balance = balance + s.amount FROM (SELECT account_id, CAST(sum(amount) AS BIGINT) AS amount FROM o GROUP BY 1) s
              WHERE account.id = s.account_id)
            SELECT count(*) FROM o
            """,
            connection,
            transaction);
        command.Parameters.Add(new() { Value = MicroTime.From(now) });
        var count = (long)command.ExecuteScalar()!;
        transaction.Commit();
        return checked((int)count);
    });

    public void Dispose()
    {
        _connection?.Dispose();
        _attempts.Dispose();
    }

    private static bool ApplyOnce(NpgsqlConnection connection, Guid journal, JournalBatch batch, PostgresBatch rows, IReadOnlyList<RouteBlock> routes)
    {
        using var transaction = connection.BeginTransaction();
        if (!Advance(connection, journal, batch))
        {
            return false;
        }

        // A hold and its end may come in one batch, so the order of the statements is free; the account's check sees their sum.
        CopyEntries(connection, rows);
        CopyOpened(connection, rows);
        CopyGenerations(connection, rows);
        DeleteClosed(connection, rows);
        UpdateAccounts(connection, rows);
        AddDays(connection, rows);
        AddRoutes(connection, routes);
        transaction.Commit();
        return true;
    }

    /// <summary>Moves the journal's position; false when this batch was applied before.</summary>
    private static bool Advance(NpgsqlConnection connection, Guid journal, JournalBatch batch)
    {
        var moved = Execute(
            connection,
            "UPDATE journal SET sequence = $1, epoch = $2, position = $3 WHERE id = $4 AND sequence = $5",
            batch.End.Sequence,
            (long)batch.End.Epoch,
            batch.End.Position,
            journal.ToString(),
            batch.Start.Sequence);
        if (moved == 1)
        {
            return true;
        }

        var stored = ReadPosition(connection, journal);
        return stored?.Sequence >= batch.End.Sequence ? false
            : throw new StoreUnavailableException($"The database has this journal at {stored?.Sequence}, the batch begins after {batch.Start.Sequence}.");
    }

    private static JournalPosition? ReadPosition(NpgsqlConnection connection, Guid journal)
    {
        using var command = new NpgsqlCommand("SELECT sequence, epoch, position FROM journal WHERE id = $1", connection);
        command.Parameters.Add(new() { Value = journal.ToString() });
        using var reader = command.ExecuteReader();
        return reader.Read() ? new(reader.GetInt64(0), checked((uint)reader.GetInt64(1)), reader.GetInt64(2)) : null;
    }

    private static void CopyEntries(NpgsqlConnection connection, PostgresBatch rows)
    {
        using var copy = connection.BeginBinaryImport("COPY entry (account_id, reference, step, kind, amount, at) FROM STDIN (FORMAT BINARY)");
        foreach (var entry in rows.Entries)
        {
            copy.StartRow();
            copy.Write(entry.Account, NpgsqlDbType.Bigint);
            copy.Write(entry.Reference, NpgsqlDbType.Text);
            copy.Write((long)entry.Step, NpgsqlDbType.Bigint);
            copy.Write((long)entry.Kind, NpgsqlDbType.Bigint);
            copy.Write(entry.Amount, NpgsqlDbType.Bigint);
            copy.Write(entry.At, NpgsqlDbType.Bigint);
        }

        copy.Complete();
    }

    private static void CopyOpened(NpgsqlConnection connection, PostgresBatch rows)
    {
        if (rows.Opened.Count == 0)
        {
            return;
        }

        using var copy = connection.BeginBinaryImport(
            "COPY open_hold (account_id, generation_id, key_hash, amount, at, lease_until, model, external_user) FROM STDIN (FORMAT BINARY)");
        foreach (var hold in rows.Opened)
        {
            copy.StartRow();
            copy.Write(hold.Account, NpgsqlDbType.Bigint);
            copy.Write(hold.Id, NpgsqlDbType.Text);
            copy.Write(hold.KeyHash, NpgsqlDbType.Bytea);
            copy.Write(hold.Amount, NpgsqlDbType.Bigint);
            copy.Write(hold.At, NpgsqlDbType.Bigint);
            copy.Write(hold.LeaseUntil, NpgsqlDbType.Bigint);
            copy.Write(hold.Model, NpgsqlDbType.Text);
            WriteText(copy, hold.ExternalUser);
        }

        copy.Complete();
    }

    private static void CopyGenerations(NpgsqlConnection connection, PostgresBatch rows)
    {
        if (rows.Generations.Count == 0)
        {
            return;
        }

        using var copy = connection.BeginBinaryImport($"COPY generation ({string.Join(", ", GenerationColumns.All)}) FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows.Generations)
        {
            copy.StartRow();
            CopyNumbers(copy, row);
            foreach (var text in row.Texts)
            {
                WriteText(copy, text);
            }

            WriteText(copy, row.Attempts);
        }

        copy.Complete();
    }

    // The order is that of GenerationColumns.
    private static void CopyNumbers(NpgsqlBinaryImporter copy, in PostgresBatch.SettlementRow row)
    {
        var view = row.View;
        copy.Write(view.AccountId, NpgsqlDbType.Bigint);
        copy.Write(row.Id, NpgsqlDbType.Text);
        copy.Write(row.KeyHash, NpgsqlDbType.Bytea);
        ReadOnlySpan<long> first = [view.CreatedAt, view.Charged, view.Cost, view.PromptCost, (long)view.Basis,
            (view.Flags & SettlementView.StreamedFlag) != 0 ? 1 : 0, (view.Flags & SettlementView.CancelledFlag) != 0 ? 1 : 0,
            view.PromptTokens, view.CompletionTokens];
        foreach (var number in first)
        {
            copy.Write(number, NpgsqlDbType.Bigint);
        }

        ReadOnlySpan<int> optional = [view.CachedTokens, view.CacheWriteTokens, view.ReasoningTokens, view.PromptAudioTokens,
            view.CompletionAudioTokens, view.CompletionImageTokens, view.LatencyMs];
        foreach (var number in optional)
        {
            if (number == JournalFormat.NoNumber)
            {
                copy.WriteNull();
            }
            else
            {
                copy.Write((long)number, NpgsqlDbType.Bigint);
            }
        }

        copy.Write((long)view.GenerationMs, NpgsqlDbType.Bigint);
        copy.Write((long)view.ImagesIn, NpgsqlDbType.Bigint);
    }

    private static void WriteText(NpgsqlBinaryImporter copy, string? text)
    {
        if (text is null)
        {
            copy.WriteNull();
        }
        else
        {
            copy.Write(text, NpgsqlDbType.Text);
        }
    }

    private static void DeleteClosed(NpgsqlConnection connection, PostgresBatch rows)
    {
        if (rows.Closed.Count > 0)
        {
            Execute(
                connection,
                "DELETE FROM open_hold o USING unnest($1::bigint[], $2::text[]) AS c (account_id, id) WHERE o.account_id = c.account_id AND o.generation_id = c.id",
                rows.Closed.Select(static c => c.Account).ToArray(),
                rows.Closed.Select(static c => c.Id).ToArray());
        }
    }

    private static void UpdateAccounts(NpgsqlConnection connection, PostgresBatch rows)
    {
        if (rows.Accounts.Count == 0)
        {
            return;
        }

        long[] ids = [.. rows.Accounts.Keys];
        // Locked in the order of their numbers first: an UPDATE takes rows in whatever order its plan finds them.
        Execute(connection, "SELECT id FROM account WHERE id = ANY ($1) ORDER BY id FOR UPDATE", ids);
        var updated = Execute(
            connection,
            """
            UPDATE account a SET balance = a.balance + d.balance, used = a.used + d.used
            FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS d (id, balance, used) WHERE a.id = d.id
            """,
            ids,
            rows.Accounts.Values.Select(static v => v.Balance).ToArray(),
            rows.Accounts.Values.Select(static v => v.Used).ToArray());
        if (updated != ids.Length)
        {
            throw new StoreUnavailableException("The journal books on an account that the database does not have.");
        }
    }

    private static void AddDays(NpgsqlConnection connection, PostgresBatch rows)
    {
        if (rows.Days.Count > 0)
        {
            Execute(
                connection,
                """
                INSERT INTO key_day (key_hash, day, charged, requests)
                SELECT * FROM unnest($1::bytea[], $2::text[], $3::bigint[], $4::bigint[])
                ON CONFLICT (key_hash, day) DO UPDATE
                SET charged = key_day.charged + excluded.charged, requests = key_day.requests + excluded.requests
                """,
                rows.Days.Keys.Select(static d => d.Key.ToArray()).ToArray(),
                rows.Days.Keys.Select(static d => PostgresBatch.Day(d.Day)).ToArray(),
                rows.Days.Values.Select(static d => d.Charged).ToArray(),
                rows.Days.Values.Select(static d => d.Requests).ToArray());
        }
    }

    private static void AddRoutes(NpgsqlConnection connection, IReadOnlyList<RouteBlock> routes)
    {
        if (routes.Count > 0)
        {
            Execute(
                connection,
                "INSERT INTO route_block (second, body) SELECT * FROM unnest($1::bigint[], $2::bytea[])",
                routes.Select(static r => r.Second).ToArray(),
                routes.Select(static r => r.Body).ToArray());
        }
    }

    private static HashSet<(string Reference, int Step)> FindPresent(NpgsqlConnection connection, PostgresBatch rows)
    {
        using var command = new NpgsqlCommand(
            """
            SELECT e.reference, e.step FROM entry e JOIN unnest($1::bigint[], $2::text[], $3::bigint[]) AS b (account_id, reference, step)
            ON e.account_id = b.account_id AND e.reference = b.reference AND e.step = b.step
            """,
            connection);
        command.Parameters.Add(new() { Value = rows.Entries.Select(static e => e.Account).ToArray() });
        command.Parameters.Add(new() { Value = rows.Entries.Select(static e => e.Reference).ToArray() });
        command.Parameters.Add(new() { Value = rows.Entries.Select(static e => (long)e.Step).ToArray() });
        using var reader = command.ExecuteReader();
        var present = new HashSet<(string, int)>();
        while (reader.Read())
        {
            present.Add((reader.GetString(0), checked((int)reader.GetInt64(1))));
        }

        return present;
    }

    private static int Execute(NpgsqlConnection connection, string sql, params ReadOnlySpan<object> parameters)
    {
        using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        return command.ExecuteNonQuery();
    }

    private T Run<T>(Func<NpgsqlConnection, T> work)
    {
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            try
            {
                _connection ??= Connect(TimeSpan.Zero);
                return work(_connection);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
                && attempt < TriesMax)
            {
                // Rolled back whole; the next try finds the other side done.
            }
            catch (NpgsqlException e)
            {
                if (e is not PostgresException || _connection?.FullState != System.Data.ConnectionState.Open)
                {
                    _connection?.Dispose();
                    _connection = null;
                }

                throw Unavailable(e);
            }
        }

        throw new UnreachableException();
    }

    private NpgsqlConnection Connect(TimeSpan within)
    {
        var connection = _source.OpenConnection();
        try
        {
            var since = Stopwatch.GetTimestamp();
            while (!TryLock(connection))
            {
                if (Stopwatch.GetElapsedTime(since) >= within)
                {
                    throw new StoreUnavailableException(
                        $"Another server works on {_name}. Stop it first, or give this one a database of its own.");
                }

                Thread.Sleep(LockEvery);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static bool TryLock(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand($"SELECT pg_try_advisory_lock({PostgresDatabase.ServerLock})", connection);
        return (bool)command.ExecuteScalar()!;
    }

    private StoreUnavailableException Unavailable(NpgsqlException e) => new($"{_name}: {e.Message}", e);
}
