using System.Globalization;
using System.Runtime.InteropServices;
using SQLitePCL;
using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Storage.Journal;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Sqlite;

/// <summary>Takes the journal over into SQLite, on a connection of its own.</summary>
/// <remarks>Every record is idempotent by the key of its entry as well as by its sequence: what is there already moves no money.</remarks>
internal sealed class SqliteBook : IBookStore
{
    private readonly sqlite3 _database;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _advance;
    private readonly SqliteStatement _insertEntry;
    private readonly SqliteStatement _insertOpenHold;
    private readonly SqliteStatement _deleteOpenHold;
    private readonly SqliteStatement _insertGeneration;
    private readonly SqliteStatement _updateAccount;
    private readonly SqliteStatement _addKeyDay;
    private readonly SqliteStatement _insertRoutes;
    private readonly AttemptsJson _attempts = new();
    private readonly Dictionary<long, AccountDelta> _accounts = [];
    private readonly Dictionary<(KeyHash Key, int Day), KeyDayDelta> _days = [];

    public SqliteBook(string path)
    {
        _database = Open(path);
        _begin = new(_database, "BEGIN IMMEDIATE");
        _commit = new(_database, "COMMIT");
        _rollback = new(_database, "ROLLBACK");
        _advance = new(_database, "UPDATE journal SET sequence = ?1, epoch = ?2, position = ?3 WHERE id = ?4 AND sequence = ?5");
        _insertEntry = new(_database, "INSERT INTO entry (account_id, reference, step, kind, amount, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING");
        _insertOpenHold = new(_database, """
            INSERT INTO open_hold (account_id, generation_id, key_hash, amount, at, lease_until, model, external_user)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """);
        _deleteOpenHold = new(_database, "DELETE FROM open_hold WHERE account_id = ?1 AND generation_id = ?2");
        _insertGeneration = new(_database, $"""
            INSERT INTO generation ({string.Join(", ", GenerationColumns.All)})
            VALUES ({string.Join(", ", GenerationColumns.All.Select(static _ => "?"))}) ON CONFLICT DO NOTHING
            """);
        _updateAccount = new(_database, "UPDATE account SET balance = balance + ?2, used = used + ?3 WHERE id = ?1");
        _addKeyDay = new(_database, """
            INSERT INTO key_day (key_hash, day, charged, requests) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (key_hash, day) DO UPDATE SET charged = charged + excluded.charged, requests = requests + excluded.requests
            """);
        _insertRoutes = new(_database, "INSERT INTO route_block (second, body) VALUES (?1, ?2)");
    }

    public JournalPosition? ReadPosition(Guid journal)
    {
        using var select = new SqliteStatement(_database, "SELECT sequence, epoch, position FROM journal WHERE id = ?1");
        select.BindText(1, journal.ToString());
        return select.Next() ? new(select.Long(0), checked((uint)select.Long(1)), select.Long(2)) : null;
    }

    public void WritePosition(Guid journal, JournalPosition position)
    {
        using var write = new SqliteStatement(_database, "INSERT OR REPLACE INTO journal (id, sequence, epoch, position) VALUES (?1, ?2, ?3, ?4)");
        write.BindText(1, journal.ToString());
        write.Bind(2, position.Sequence);
        write.Bind(3, position.Epoch);
        write.Bind(4, position.Position);
        write.Run();
    }

    public void Apply(Guid journal, JournalBatch batch, IReadOnlyList<RouteBlock> routes)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(routes);
        _begin.Run();
        try
        {
            if (Advance(journal, batch))
            {
                ApplyRecords(batch);
                WriteAccounts();
                WriteDays();
                WriteRoutes(routes);
            }

            _commit.Run();
        }
        catch
        {
            Rollback();
            throw;
        }
        finally
        {
            _accounts.Clear();
            _days.Clear();
        }
    }

    public int ExpireOpenHolds(DateTimeOffset now)
    {
        _begin.Run();
        try
        {
            var count = 0;
            using (var select = new SqliteStatement(_database, "SELECT account_id, generation_id, key_hash, amount, at, model, external_user FROM open_hold"))
            {
                while (select.Next())
                {
                    Expire(select, MicroTime.From(now));
                    count++;
                }
            }

            WriteAccounts();
            WriteDays();
            using var clear = new SqliteStatement(_database, "DELETE FROM open_hold");
            clear.Run();
            _commit.Run();
            return count;
        }
        catch
        {
            Rollback();
            throw;
        }
        finally
        {
            _accounts.Clear();
            _days.Clear();
        }
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[_begin, _commit, _rollback, _advance, _insertEntry, _insertOpenHold,
            _deleteOpenHold, _insertGeneration, _updateAccount, _addKeyDay, _insertRoutes])
        {
            statement.Dispose();
        }

        _attempts.Dispose();
        _database.Dispose();
    }

    private static sqlite3 Open(string path)
    {
        SqliteLibrary.EnsureLoaded();
        // One thread at a time uses it, so SQLite's own mutexes are left out.
        var code = raw.sqlite3_open_v2(path, out var database, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code == raw.SQLITE_OK)
        {
            code = raw.sqlite3_exec(database, SqliteDatabase.BookPragmas);
        }

        if (code == raw.SQLITE_OK)
        {
            return database;
        }

        var failure = SqliteStatement.Failure(database, code);
        database.Dispose();
        throw failure;
    }

    private void WriteRoutes(IReadOnlyList<RouteBlock> routes)
    {
        foreach (var block in routes)
        {
            _insertRoutes.Bind(1, block.Second);
            _insertRoutes.BindBlob(2, block.Body);
            _insertRoutes.Run();
        }
    }

    /// <summary>Moves the journal's position; false when this batch was applied before.</summary>
    private bool Advance(Guid journal, JournalBatch batch)
    {
        _advance.Bind(1, batch.End.Sequence);
        _advance.Bind(2, batch.End.Epoch);
        _advance.Bind(3, batch.End.Position);
        _advance.BindText(4, journal.ToString());
        _advance.Bind(5, batch.Start.Sequence);
        if (_advance.Run() == 1)
        {
            return true;
        }

        var stored = ReadPosition(journal);
        return stored?.Sequence >= batch.End.Sequence ? false
            : throw new StoreUnavailableException($"The database has this journal at {stored?.Sequence}, the batch begins after {batch.Start.Sequence}.");
    }

    private void ApplyRecords(JournalBatch batch)
    {
        var at = batch.Start;
        while (batch.TryRead(ref at, out var record))
        {
            if (record.Type == RecordType.Hold)
            {
                ApplyHold(record.Hold, batch.EndsHere(record.Sequence));
            }
            else
            {
                ApplySettlement(record.Settlement, batch);
            }
        }
    }

    private void ApplyHold(in HoldView hold, bool endsHere)
    {
        if (!InsertEntry(hold.AccountId, hold.Id, EntryStep.Hold, EntryKind.Hold, -hold.Amount, hold.At))
        {
            return;
        }

        Account(hold.AccountId).Balance -= hold.Amount;
        if (endsHere)
        {
            return;
        }

        _insertOpenHold.Bind(1, hold.AccountId);
        _insertOpenHold.BindText(2, hold.Id);
        _insertOpenHold.BindBlob(3, hold.KeyHash);
        _insertOpenHold.Bind(4, hold.Amount);
        _insertOpenHold.Bind(5, hold.At);
        _insertOpenHold.Bind(6, hold.LeaseUntil);
        _insertOpenHold.BindText(7, hold.Model);
        _insertOpenHold.BindText(8, hold.ExternalUser);
        _insertOpenHold.Run();
    }

    private void ApplySettlement(in SettlementView end, JournalBatch batch)
    {
        var returned = checked(end.HoldAmount - end.Charged);
        if (!InsertEntry(end.AccountId, end.Id, EntryStep.End, EntryStep.KindOf(end.Kind), returned, end.EndedAt))
        {
            return;
        }

        ref var account = ref Account(end.AccountId);
        account.Balance = checked(account.Balance + returned);
        account.Used = checked(account.Used + end.Charged);
        ref var day = ref Day(KeyHash.FromBytes(end.KeyHash.Span), end.Day);
        day.Charged = checked(day.Charged + end.Charged);
        day.Requests++;
        InsertGeneration(end);
        if (!batch.Contains(end.HoldSequence))
        {
            _deleteOpenHold.Bind(1, end.AccountId);
            _deleteOpenHold.BindText(2, end.Id);
            _deleteOpenHold.Run();
        }
    }

    private bool InsertEntry(long account, TextView reference, int step, EntryKind kind, long amount, long at)
    {
        _insertEntry.Bind(1, account);
        _insertEntry.BindText(2, reference);
        _insertEntry.Bind(3, step);
        _insertEntry.Bind(4, (long)kind);
        _insertEntry.Bind(5, amount);
        _insertEntry.Bind(6, at);
        return _insertEntry.Run() == 1;
    }

    // The order of the binds is that of GenerationColumns.
    private void InsertGeneration(in SettlementView end)
    {
        var insert = _insertGeneration;
        insert.Bind(1, end.AccountId);
        insert.BindText(2, end.Id);
        insert.BindBlob(3, end.KeyHash);
        insert.Bind(4, end.CreatedAt);
        insert.Bind(5, end.Charged);
        insert.Bind(6, end.Cost);
        insert.Bind(7, end.PromptCost);
        insert.Bind(8, (long)end.Basis);
        insert.Bind(9, (end.Flags & SettlementView.StreamedFlag) != 0 ? 1 : 0);
        insert.Bind(10, (end.Flags & SettlementView.CancelledFlag) != 0 ? 1 : 0);
        insert.Bind(11, end.PromptTokens);
        insert.Bind(12, end.CompletionTokens);
        insert.BindOptional(13, end.CachedTokens);
        insert.BindOptional(14, end.CacheWriteTokens);
        insert.BindOptional(15, end.ReasoningTokens);
        insert.BindOptional(16, end.PromptAudioTokens);
        insert.BindOptional(17, end.CompletionAudioTokens);
        insert.BindOptional(18, end.CompletionImageTokens);
        insert.BindOptional(19, end.LatencyMs);
        insert.Bind(20, end.GenerationMs);
        insert.Bind(21, end.ImagesIn);
        var texts = end.Texts;
        var index = GenerationColumns.Numbers.Count;
        for (var i = 0; i < SettlementView.TextCount; i++)
        {
            insert.BindText(++index, texts.Text());
        }

        if (end.Attempts == 0)
        {
            insert.BindNull(++index);
        }
        else
        {
            insert.BindText(++index, _attempts.Write(ref texts, end.Attempts));
        }

        insert.Run();
    }

    private void Expire(SqliteStatement hold, long now)
    {
        var account = hold.Long(0);
        var id = hold.Text(1)!;
        var key = hold.Blob(2);
        var amount = hold.Long(3);
        var at = hold.Long(4);
        _insertEntry.Bind(1, account);
        _insertEntry.BindText(2, id);
        _insertEntry.Bind(3, EntryStep.End);
        _insertEntry.Bind(4, (long)EntryKind.Expire);
        _insertEntry.Bind(5, amount);
        _insertEntry.Bind(6, now);
        if (_insertEntry.Run() == 0)
        {
            return;
        }

        Account(account).Balance += amount;
        Day(KeyHash.FromBytes(key), DayOf(at)).Requests++;
        using var insert = new SqliteStatement(_database, """
            INSERT INTO generation (account_id, id, key_hash, created_at, charged, cost, prompt_cost, basis, streamed, cancelled,
              prompt_tokens, completion_tokens, generation_ms, images_in, model, api_type, external_user, error_type)
            VALUES (?1, ?2, ?3, ?4, 0, 0, 0, ?5, 0, 0, 0, 0, 0, 0, ?6, 'completions', ?7, 'server') ON CONFLICT DO NOTHING
            """);
        insert.Bind(1, account);
        insert.BindText(2, id);
        insert.BindBlob(3, key);
        insert.Bind(4, at);
        insert.Bind(5, (long)BillingBasis.None);
        insert.BindText(6, hold.Text(5)!);
        if (hold.Text(6) is { } user)
        {
            insert.BindText(7, user);
        }

        insert.Run();
    }

    private void WriteAccounts()
    {
        foreach (var (id, delta) in _accounts)
        {
            _updateAccount.Bind(1, id);
            _updateAccount.Bind(2, delta.Balance);
            _updateAccount.Bind(3, delta.Used);
            if (_updateAccount.Run() != 1)
            {
                throw new StoreUnavailableException($"The journal books on account {id}, which the database does not have.");
            }
        }
    }

    private void WriteDays()
    {
        Span<byte> hash = stackalloc byte[KeyHash.ByteLength];
        foreach (var (key, delta) in _days)
        {
            key.Key.CopyTo(hash);
            _addKeyDay.BindBlob(1, hash);
            _addKeyDay.BindText(2, DateOnly.FromDayNumber(key.Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            _addKeyDay.Bind(3, delta.Charged);
            _addKeyDay.Bind(4, delta.Requests);
            _addKeyDay.Run();
        }
    }

    private void Rollback()
    {
        // SQLite ends the transaction itself on some errors (a full disk); a second end is then an error of no meaning.
        if (raw.sqlite3_get_autocommit(_database) == 0)
        {
            _rollback.Run();
        }
    }

    private ref AccountDelta Account(long id) => ref CollectionsMarshal.GetValueRefOrAddDefault(_accounts, id, out _);

    private ref KeyDayDelta Day(KeyHash key, int day) => ref CollectionsMarshal.GetValueRefOrAddDefault(_days, (key, day), out _);

    private static int DayOf(long micros) => DateOnly.FromDateTime(MicroTime.To(micros).UtcDateTime).DayNumber;

    private struct AccountDelta
    {
        public long Balance;
        public long Used;
    }

    private struct KeyDayDelta
    {
        public long Charged;
        public long Requests;
    }
}
