using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Dapper;
using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Sql;

/// <summary>The store over either database: what operators, the portal and the loading of keys ask for. The bookings of requests take the
/// journal's way (<see cref="IBookStore"/>).</summary>
internal sealed partial class SqlStore(IDatabase database) : IOpenStore
{
    /// <summary>Runs of one transaction at most, when the database asks to try again.</summary>
    private const int TriesMax = 5;

    public IDatabase Database => database;

    public Task<Account> CreateAccountAsync(
        string name, NanoUsd credit, IReadOnlyList<NewKey> keys, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentOutOfRangeException.ThrowIfLessThan(credit, NanoUsd.Zero);
        return WriteAsync(
            async w =>
            {
                var account = await w.SingleAsync<AccountRow>(
                    $"INSERT INTO account (name, created_at, balance, granted, used) VALUES (@name, @at, @credit, @credit, 0) RETURNING {AccountRow.Columns}",
                    new { name, at = MicroTime.From(now), credit = credit.Value });
                if (!credit.IsZero)
                {
                    await InsertGrantAsync(w, account.Id, credit, "opening", now);
                }

                foreach (var key in keys)
                {
                    await InsertKeyAsync(w, account.Id, key, now);
                }

                return account.ToAccount();
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<Account>>(
        async r => [.. (await r.QueryAsync<AccountRow>($"SELECT {AccountRow.Columns} FROM account ORDER BY id")).Select(static a => a.ToAccount())],
        cancellationToken);

    public Task<StoredKey?> FindKeyAsync(KeyHash hash, DateOnly today, CancellationToken cancellationToken) => ReadAsync(
        async r =>
        {
            var row = await r.FirstOrDefaultAsync<KeyRow>(
                KeyRow.Select + " AND k.hash = @hash" + KeyRow.GroupBy, Windows(today, hash.ToArray()));
            return row?.ToStored(today, await NewestNoticeAsync(r));
        },
        cancellationToken);

    public Task<IReadOnlyList<StoredKey>> ListKeysAsync(AccountId? account, DateOnly today, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredKey>>(
            async r =>
            {
                var filter = account is null ? "" : " AND k.account_id = @account";
                var rows = await r.QueryAsync<KeyRow>(
                    KeyRow.Select + filter + KeyRow.GroupBy + "ORDER BY k.created_at, k.hash", Windows(today, hash: null, account?.Value));
                var newest = await NewestNoticeAsync(r);
                return [.. rows.Select(row => row.ToStored(today, newest))];
            },
            cancellationToken);

    public Task<ApiKey> CreateKeyAsync(AccountId account, NewKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return WriteAsync(
            async w =>
            {
                if (await FindAccountAsync(w, account) is null)
                {
                    throw new ArgumentException($"There is no account {account}.", nameof(account));
                }

                return await InsertKeyAsync(w, account.Value, key, now);
            },
            cancellationToken);
    }

    public Task<bool> UpdateKeyAsync(ApiKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return WriteAsync(
            async w =>
            {
                var hash = key.Hash.ToArray();
                var account = await w.FirstOrDefaultAsync<long?>(
                    """
                    UPDATE api_key SET name = @Name, disabled = @disabled, credit_limit = @limit, reset = @reset, include_byok = @byok,
                      expires_at = @expires, provider_defaults = @ProviderDefaults, rescue = @Rescue, keeps_responses = @keeps,
                      updated_at = @at
                    WHERE hash = @hash AND deleted_at IS NULL RETURNING account_id
                    """,
                    new
                    {
                        key.Name,
                        disabled = key.Disabled ? 1L : 0L,
                        limit = key.Limit?.Value,
                        reset = (long)key.Reset,
                        byok = key.IncludeByokInLimit ? 1L : 0L,
                        expires = Micros(key.ExpiresAt),
                        key.ProviderDefaults,
                        key.Rescue,
                        keeps = key.KeepsResponses ? 1L : 0L,
                        at = MicroTime.From(now),
                        hash,
                    });
                await NotifyAsync(w, account, hash);
                return account is not null;
            },
            cancellationToken);
    }

    public Task<bool> SetProviderDefaultsAsync(AccountId account, string? defaults, CancellationToken cancellationToken) => WriteAsync(
        async w =>
        {
            if (await FindAccountAsync(w, account) is null)
            {
                return false;
            }

            await w.ExecuteAsync("UPDATE account SET provider_defaults = @defaults WHERE id = @id", new { defaults, id = account.Value });
            await w.ExecuteAsync(
                "INSERT INTO notice (account_id, key_hash) SELECT account_id, hash FROM api_key WHERE account_id = @id AND deleted_at IS NULL",
                new { id = account.Value });
            return true;
        },
        cancellationToken);

    public Task<bool> DeleteKeyAsync(KeyHash hash, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        async w =>
        {
            var account = await w.FirstOrDefaultAsync<long?>(
                "UPDATE api_key SET deleted_at = @at WHERE hash = @hash AND deleted_at IS NULL RETURNING account_id",
                new { at = MicroTime.From(now), hash = hash.ToArray() });
            await NotifyAsync(w, account, hash.ToArray());
            return account is not null;
        },
        cancellationToken);

    public Task<Account?> GrantAsync(
        AccountId account, NanoUsd amount, string reference, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reference);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(amount, NanoUsd.Zero);
        return WriteAsync(
            async w =>
            {
                if (await FindAccountAsync(w, account) is not { } found)
                {
                    return null;
                }

                if (!await InsertGrantAsync(w, account.Value, amount, reference, now))
                {
                    return found.ToAccount();
                }

                await w.ExecuteAsync(
                    "INSERT INTO notice (account_id, amount) VALUES (@account, @amount)", new { account = account.Value, amount = amount.Value });
                var after = await w.SingleAsync<AccountRow>(
                    $"UPDATE account SET balance = balance + @amount, granted = granted + @amount WHERE id = @id RETURNING {AccountRow.Columns}",
                    new { amount = amount.Value, id = account.Value });
                return after.ToAccount();
            },
            cancellationToken);
    }

    public Task<GenerationRecord?> FindGenerationAsync(AccountId account, GenerationId id, CancellationToken cancellationToken) => ReadAsync(
        async r => (await r.FirstOrDefaultAsync<GenerationRow>(
            $"SELECT {GenerationRow.Columns} FROM generation WHERE account_id = @account AND id = @id",
            new { account = account.Value, id = id.Value }))?.ToRecord(),
        cancellationToken);

    public Task<IReadOnlyList<byte[]>> FindRouteBlocksAsync(long second, CancellationToken cancellationToken) => ReadAsync(
        r => r.QueryAsync<byte[]>("SELECT body FROM route_block WHERE second = @second", new { second }), cancellationToken);

    public Task<bool> ForgetRouteBlocksAsync(long before, CancellationToken cancellationToken) => WriteAsync(
        async w =>
        {
            if (await w.SingleAsync<long?>("SELECT min(second) FROM route_block") is not { } oldest || oldest >= before)
            {
                return false;
            }

            await w.ExecuteAsync("DELETE FROM route_block WHERE second < @before", new { before = Math.Min(before, oldest + 3600) });
            return true;
        },
        cancellationToken);

    public Task<int> CountFreeRequestsAsync(AccountId account, DateTimeOffset since, CancellationToken cancellationToken) => ReadAsync(
        async r => checked((int)await r.SingleAsync<long>(
            """
            SELECT count(*) FROM generation
            WHERE account_id = @account AND id >= @first AND created_at >= @since AND model LIKE '%:free' AND error_type IS NULL AND basis <> 3
            """,
            // Ids begin with the second of admission, so the primary key finds the first of them.
            new { account = account.Value, first = string.Create(CultureInfo.InvariantCulture, $"gen-{since.ToUnixTimeSeconds():D10}"), since = MicroTime.From(since) })),
        cancellationToken);

    public Task<IReadOnlyList<Notice>> ReadNoticesAsync(long after, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<Notice>>(
        async r =>
        {
            var rows = await r.QueryAsync<NoticeRow>(
                "SELECT seq AS Seq, account_id AS AccountId, key_hash AS KeyHash, amount AS Amount FROM notice WHERE seq > @after ORDER BY seq",
                new { after });
            return [.. rows.Select(static n => n.ToNotice())];
        },
        cancellationToken);

    /// <summary>The newest notice there is; 0 when there is none.</summary>
    public Task<long> NewestNoticeAsync(CancellationToken cancellationToken) => ReadAsync(NewestNoticeAsync, cancellationToken);

    public Task<AuditReport> AuditAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ReadAsync(r => Audit.RunAsync(r, now), cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken) => WriteAsync(
        async w => await w.ExecuteAsync("UPDATE schema_version SET name = name WHERE version = (SELECT max(version) FROM schema_version)"),
        cancellationToken);

    public Task<string> DescribeAsync(CancellationToken cancellationToken) => ReadAsync(
        async r => $"{database.Name}, schema {await r.SingleAsync<long>("SELECT max(version) FROM schema_version")}", cancellationToken);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static async Task<bool> InsertGrantAsync(SqlWork work, long account, NanoUsd amount, string reference, DateTimeOffset now) =>
        await work.ExecuteAsync(
            """
            INSERT INTO entry (account_id, reference, step, kind, amount, at) VALUES (@account, @reference, @step, @kind, @amount, @at)
            ON CONFLICT DO NOTHING
            """,
            new { account, reference, step = (long)EntryStep.Grant, kind = (long)EntryKind.Grant, amount = amount.Value, at = MicroTime.From(now) }) == 1;

    private static async Task<ApiKey> InsertKeyAsync(SqlWork work, long account, NewKey key, DateTimeOffset now)
    {
        var hash = key.Hash.ToArray();
        await work.ExecuteAsync(
            """
            INSERT INTO api_key (hash, account_id, name, label, kind, disabled, credit_limit, reset, include_byok, created_at, expires_at)
            VALUES (@hash, @account, @Name, @Label, @kind, 0, @limit, @reset, 0, @at, @expires)
            """,
            new
            {
                hash,
                account,
                key.Name,
                key.Label,
                kind = (long)key.Kind,
                limit = key.Limit?.Value,
                reset = (long)key.Reset,
                at = MicroTime.From(now),
                expires = Micros(key.ExpiresAt),
            });
        await NotifyAsync(work, account, hash);
        return new()
        {
            Hash = key.Hash,
            AccountId = new(account),
            Name = key.Name,
            Label = key.Label,
            Kind = key.Kind,
            Limit = key.Limit,
            Reset = key.Reset,
            CreatedAt = MicroTime.To(MicroTime.From(now)),
            ExpiresAt = key.ExpiresAt,
        };
    }

    private static Task NotifyAsync(SqlWork work, long? account, byte[] hash) => account is null
        ? Task.CompletedTask
        : work.ExecuteAsync("INSERT INTO notice (account_id, key_hash) VALUES (@account, @hash)", new { account, hash });

    private static Task<AccountRow?> FindAccountAsync(SqlWork work, AccountId account) =>
        work.FirstOrDefaultAsync<AccountRow>($"SELECT {AccountRow.Columns} FROM account WHERE id = @id", new { id = account.Value });

    private static Task<long> NewestNoticeAsync(SqlWork work) => work.SingleAsync<long>("SELECT coalesce(max(seq), 0) FROM notice");

    private static object Windows(DateOnly today, byte[]? hash, long? account = null) => new
    {
        today = Day(today),
        week = Day(SpendCounters.WeekStart(today)),
        month = Day(SpendCounters.MonthStart(today)),
        hash,
        account,
    };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static long? Micros(DateTimeOffset? instant) => instant is { } given ? MicroTime.From(given) : null;

    /// <summary>Runs in a transaction that sees one instant.</summary>
    internal async Task<T> ReadAsync<T>(Func<SqlWork, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            await using var transaction = await database.BeginReadAsync(connection, cancellationToken);
            return await work(new(connection, transaction, cancellationToken));
        }
        catch (DbException e) when (database.IsUnavailable(e))
        {
            throw new StoreUnavailableException($"{database.Name} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Runs in a transaction that writes; again where the database asks for it.</summary>
    internal async Task<T> WriteAsync<T>(Func<SqlWork, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            try
            {
                await using var connection = await database.OpenAsync(cancellationToken);
                await using var transaction = await database.BeginWriteAsync(connection, cancellationToken);
                var result = await work(new(connection, transaction, cancellationToken));
                await database.AnnounceAsync(connection, transaction, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return result;
            }
            catch (DbException e) when (database.IsTransient(e) && attempt < TriesMax)
            {
                // Nothing was written; the next run sees what stood in its way.
            }
            catch (DbException e) when (database.IsUnavailable(e) || database.IsTransient(e))
            {
                throw new StoreUnavailableException($"{database.Name} cannot be written: {e.Message}", e);
            }
        }

        throw new UnreachableException();
    }

    private sealed class NoticeRow
    {
        public long Seq { get; set; }

        public long AccountId { get; set; }

        public byte[]? KeyHash { get; set; }

        public long? Amount { get; set; }

        public Notice ToNotice() => new(
            Seq,
            new(AccountId),
            KeyHash is null ? null : Core.Accounts.KeyHash.FromBytes(KeyHash),
            Amount is { } amount ? new NanoUsd(amount) : null);
    }
}
