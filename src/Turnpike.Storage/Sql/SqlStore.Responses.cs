using Dapper;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Sql;

/// <summary>Responses that are kept.</summary>
internal sealed partial class SqlStore : IResponseStore
{
    /// <summary>Rows of one deletion, so that nobody waits for it long.</summary>
    private const int ExpiredAtOnce = 200;

    /// <summary>Rows of one statement: the database may be far.</summary>
    private const int ItemsAtOnce = 100;

    public Task KeepAsync(StoredResponse response, IReadOnlyCollection<string> items, int countMax, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentOutOfRangeException.ThrowIfLessThan(countMax, 1);
        return WriteAsync(
            async w =>
            {
                var key = response.Key.ToArray();
                await w.ExecuteAsync(
                    """
                    INSERT INTO stored_response (key_hash, id, account_id, created_at, expires_at, input, response)
                    VALUES (@key, @id, @account, @created, @expires, @Input, @Response) ON CONFLICT DO NOTHING
                    """,
                    new
                    {
                        key,
                        id = response.Id.Value,
                        account = response.AccountId.Value,
                        created = MicroTime.From(response.CreatedAt),
                        expires = MicroTime.From(response.ExpiresAt),
                        response.Input,
                        response.Response,
                    });
                foreach (var some in items.Chunk(ItemsAtOnce))
                {
                    await KeepItemsAsync(w, key, response.Id.Value, some);
                }

                return await w.ExecuteAsync(
                    """
                    DELETE FROM stored_response
                    WHERE key_hash = @key AND id <= (SELECT id FROM stored_response WHERE key_hash = @key ORDER BY id DESC LIMIT 1 OFFSET @countMax)
                    """,
                    new { key, countMax = (long)countMax });
            },
            cancellationToken);
    }

    private static Task<int> KeepItemsAsync(SqlWork work, byte[] key, string response, string[] items)
    {
        var parameters = new DynamicParameters(new { key, response });
        for (var i = 0; i < items.Length; i++)
        {
            parameters.Add($"i{i}", items[i]);
        }

        return work.ExecuteAsync(
            $"""
            INSERT INTO stored_item (key_hash, id, response_id) VALUES {string.Join(',', items.Select(static (_, i) => $"(@key, @i{i}, @response)"))}
            ON CONFLICT (key_hash, id) DO UPDATE SET response_id = excluded.response_id
            """,
            parameters);
    }

    public Task<StoredResponse?> FindResponseAsync(KeyHash key, string id, DateTimeOffset now, CancellationToken cancellationToken) =>
        FindResponseAsync("@id", key, id, now, cancellationToken);

    public Task<StoredResponse?> FindResponseOfItemAsync(KeyHash key, string item, DateTimeOffset now, CancellationToken cancellationToken) =>
        FindResponseAsync("(SELECT response_id FROM stored_item WHERE key_hash = @key AND id = @id)", key, item, now, cancellationToken);

    private Task<StoredResponse?> FindResponseAsync(string which, KeyHash key, string id, DateTimeOffset now, CancellationToken cancellationToken) => ReadAsync(
        async r => (await r.FirstOrDefaultAsync<ResponseRow>(
            $"""
            SELECT id AS Id, account_id AS AccountId, created_at AS CreatedAt, expires_at AS ExpiresAt, input AS Input, response AS Response
            FROM stored_response WHERE key_hash = @key AND id = {which} AND expires_at > @now
            """,
            new { key = key.ToArray(), id, now = MicroTime.From(now) }))?.ToStored(key),
        cancellationToken);

    public Task<bool> DeleteResponseAsync(KeyHash key, string id, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        async w => await w.ExecuteAsync(
            "DELETE FROM stored_response WHERE key_hash = @key AND id = @id AND expires_at > @now", new { key = key.ToArray(), id, now = MicroTime.From(now) }) > 0,
        cancellationToken);

    public Task<int> DeleteExpiredResponsesAsync(DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        w => w.ExecuteAsync(
            """
            DELETE FROM stored_response
            WHERE (key_hash, id) IN (SELECT key_hash, id FROM stored_response WHERE expires_at <= @now ORDER BY expires_at LIMIT @count)
            """,
            new { now = MicroTime.From(now), count = (long)ExpiredAtOnce }),
        cancellationToken);

    private sealed class ResponseRow
    {
        public string Id { get; set; } = "";

        public long AccountId { get; set; }

        public long CreatedAt { get; set; }

        public long ExpiresAt { get; set; }

        public string Input { get; set; } = "";

        public string Response { get; set; } = "";

        public StoredResponse ToStored(KeyHash key) => new(new(Id), new(AccountId), key, MicroTime.To(CreatedAt), MicroTime.To(ExpiresAt), Input, Response);
    }
}
