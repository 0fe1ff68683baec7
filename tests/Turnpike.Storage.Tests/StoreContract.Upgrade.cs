using System.Reflection;
using Dapper;
using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Storage.Journal;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Tests;

/// <summary>What becomes of a database that an older version has written.</summary>
public abstract partial class StoreContract
{
    private const string OldGeneration = "gen-1772625600-Aaaaaaaaaaaaaaaaaaaa";

    [Fact]
    public async Task A_database_of_the_first_schema_is_brought_up_with_all_that_is_in_it()
    {
        using var directory = new TemporaryDirectory();
        var options = await OptionsAsync(directory.Path);
        await MakeFirstAsync(options);

        await using var server = await TestServer.StartAsync(options, Time);

        var account = Assert.Single(await server.Store.ListAccountsAsync(Cancel));
        Assert.Equal((Usd(8.75m), Usd(10), Usd(1.25m)), (account.Balance, account.Granted, account.Used));
        var record = await server.Store.FindGenerationAsync(account.Id, new GenerationId(OldGeneration), Cancel);
        Assert.Equal(("test/model", Usd(1.25m), 100, null, true), (record!.Model, record.Cost, record.Usage.PromptTokens, record.PriceRow, record.Details is null or { IsEmpty: true }));
        Assert.Equal(new("a", "A", 200, 12, null), Assert.Single(record.Attempts));
        var key = await server.LoadAsync(KeyA);
        Assert.Equal(Usd(1), server.Post(server.Hold(key, Usd(3)), Usd(1)));
        await server.AppliedAsync();
        var report = await server.Store.AuditAsync(Time.GetUtcNow(), Cancel);
        Assert.Empty(report.Faults);
        Assert.Equal(0, report.OpenHolds);
    }

    [Fact]
    public async Task A_schema_that_was_passed_over_is_made_up_for()
    {
        await ExecuteAsync("DROP TABLE route_block");
        await ExecuteAsync("DELETE FROM schema_version WHERE version = 5");

        await using var store = (SqlStore)await StoreFactory.OpenAsync(Options, Time, Cancel);

        Assert.Empty(await store.FindRouteBlocksAsync(1, Cancel));
    }

    [Fact]
    public async Task A_schema_of_the_same_number_and_another_name_is_refused()
    {
        await ExecuteAsync("UPDATE schema_version SET name = '0005_others' WHERE version = 5");

        var refusal = await Assert.ThrowsAsync<SchemaUnknownException>(() => StoreFactory.OpenAsync(Options, Time, Cancel));

        Assert.Contains("'0005_others'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_only_reads_leaves_an_older_schema_as_it_is_and_is_told_which_it_is()
    {
        using var directory = new TemporaryDirectory();
        var options = await OptionsAsync(directory.Path);
        await MakeFirstAsync(options);

        var refusal = await Assert.ThrowsAsync<SchemaOutdatedException>(() => StoreFactory.FindAsync(options, Time, Cancel));

        Assert.Contains("has schema 1, and this version needs 0002_provider_defaults, ", refusal.Message, StringComparison.Ordinal);
        await using var database = DatabaseChoice.Open(options);
        await using var connection = await database.OpenAsync(Cancel);
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("SELECT max(version) FROM schema_version"));
    }

    [Fact]
    public async Task Whoever_only_reads_makes_no_store_and_reads_the_one_that_is_there()
    {
        using var directory = new TemporaryDirectory();
        var options = await OptionsAsync(directory.Path);

        Assert.Null(await StoreFactory.FindAsync(options, Time, Cancel));
        Assert.Null(await StoreFactory.FindAsync(options, Time, Cancel));

        await AccountAsync(10);
        await using var store = await StoreFactory.FindAsync(Options, Time, Cancel);
        Assert.Equal(Usd(10), Assert.Single(await store!.ListAccountsAsync(Cancel)).Granted);
    }

    [Fact]
    public void Both_databases_have_the_same_schemas_each_with_a_number_of_its_own()
    {
        var names = typeof(SqlStore).Assembly.GetManifestResourceNames();
        string[] Of(string database) => [.. names.Where(n => n.StartsWith(database + "/", StringComparison.Ordinal)).Select(static n => n[(n.IndexOf('/', StringComparison.Ordinal) + 1)..]).Order(StringComparer.Ordinal)];

        Assert.Equal(Of("Sqlite"), Of("Postgres"));
        Assert.Equal(Enumerable.Range(1, Of("Sqlite").Length).Select(static n => $"{n:D4}_"), Of("Sqlite").Select(static n => n[..5]));
    }

    /// <summary>As the first version left it when it was killed: an account with a charge and a hold that never ended.</summary>
    private async Task MakeFirstAsync(StorageOptions options)
    {
        await using var database = DatabaseChoice.Open(options);
        await using var connection = await database.CreateAsync(Cancel);
        using var reader = new StreamReader(Assembly.GetAssembly(typeof(SqlStore))!.GetManifestResourceStream(database.Migrations + "/0001_book")!);
        await connection.ExecuteAsync(await reader.ReadToEndAsync(Cancel));
        await connection.ExecuteAsync(
            """
            CREATE TABLE schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL);
            INSERT INTO schema_version (version, name, applied_at) VALUES (1, '0001_book', '2026-03-04T12:00:00.0000000+00:00');
            INSERT INTO account (name, created_at, balance, granted, used) VALUES ('one', @at, 7750000000, 10000000000, 1250000000);
            INSERT INTO api_key (hash, account_id, name, label, kind, disabled, reset, include_byok, created_at) VALUES (@hash, 1, 'k', 'sk', 0, 0, 0, 0, @at);
            INSERT INTO entry (account_id, reference, step, kind, amount, at) VALUES
              (1, 'opening', 0, 0, 10000000000, @at), (1, @ended, 1, 1, -3000000000, @at), (1, @ended, 2, 2, 1750000000, @at), (1, @open, 1, 1, -1000000000, @at);
            INSERT INTO open_hold (account_id, generation_id, key_hash, amount, at, lease_until, model) VALUES (1, @open, @hash, 1000000000, @at, @at, 'test/model');
            INSERT INTO generation (account_id, id, key_hash, created_at, charged, cost, prompt_cost, basis, streamed, cancelled, prompt_tokens, completion_tokens,
              generation_ms, images_in, model, api_type, attempts)
            VALUES (1, @ended, @hash, @at, 1250000000, 1250000000, 0, 0, 0, 0, 100, 20, 10, 0, 'test/model', 'completions', @attempts);
            INSERT INTO key_day (key_hash, day, charged, requests) VALUES (@hash, '2026-03-04', 1250000000, 1);
            """,
            new
            {
                at = MicroTime.From(Noon),
                hash = KeyHash.Of(KeyA).ToArray(),
                ended = OldGeneration,
                open = OldGeneration.Replace('A', 'B'),
                attempts = """[{"status":200,"latency_ms":12,"endpoint":"a","provider":"A"}]""",
            });
    }
}
