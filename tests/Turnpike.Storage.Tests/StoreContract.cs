using System.Data.Common;
using Dapper;
using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Tests;

/// <summary>What every database must do. One suite, run on each.</summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    private protected const string KeyA = "sk-or-v1-aaaa";
    private protected const string KeyB = "sk-or-v1-bbbb";

    // A Wednesday.
    private protected static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();
    private TestServer? _server;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected ManualTimeProvider Time { get; } = new(Noon);

    private protected StorageOptions Options { get; private set; } = null!;

    private protected TestServer Server => _server!;

    private protected WaitingRoutes Routes { get; } = new();

    private IStore Store => Server.Store;

    private IResponseStore Responses => (IResponseStore)Server.Store; // the same store for both

    public async ValueTask InitializeAsync()
    {
        Options = await OptionsAsync(_directory.Path);
        _server = await TestServer.StartAsync(Options, Time, routes: Routes);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_posted_hold_takes_its_cost_and_gives_the_rest_back()
    {
        var (account, key) = await AccountAsync(10);

        var hold = Server.Hold(key, Usd(3));
        var charged = Server.Post(hold, Usd(1.25m));
        await Server.AppliedAsync();

        Assert.Equal(Usd(1.25m), charged);
        var stored = Assert.Single(await Store.ListAccountsAsync(Cancel));
        Assert.Equal(account with { Balance = Usd(8.75m), Used = Usd(1.25m) }, stored);
        await AssertSoundAsync();
    }

    [Fact]
    public async Task Records_of_routes_come_with_the_bookings_and_the_oldest_can_be_forgotten()
    {
        var (_, key) = await AccountAsync(10);
        Routes.Waiting = [new(100, [1, 2]), new(100, [3]), new(5000, [4])];

        Server.Post(Server.Hold(key, Usd(3)), Usd(1));
        await Server.AppliedAsync();

        Assert.Equal([[1, 2], [3]], (await Store.FindRouteBlocksAsync(100, Cancel)).OrderBy(static b => b[0]));
        Assert.Empty(await Store.FindRouteBlocksAsync(101, Cancel));
        Assert.True(await Store.ForgetRouteBlocksAsync(4000, Cancel));
        Assert.False(await Store.ForgetRouteBlocksAsync(4000, Cancel));
        Assert.Empty(await Store.FindRouteBlocksAsync(100, Cancel));
        Assert.Single(await Store.FindRouteBlocksAsync(5000, Cancel));
        await AssertSoundAsync();
    }

    [Fact]
    public async Task Records_of_routes_that_cannot_be_made_stop_no_booking()
    {
        var (_, key) = await AccountAsync(10);
        Routes.Fails = true;

        Server.Post(Server.Hold(key, Usd(3)), Usd(1));
        await Server.AppliedAsync();

        Assert.Equal(Usd(9), Assert.Single(await Store.ListAccountsAsync(Cancel)).Balance);
        Assert.True(Server.Health.Ready);
    }

    [Fact]
    public async Task An_open_hold_is_not_part_of_the_balance()
    {
        var (_, key) = await AccountAsync(10);

        Server.Hold(key, Usd(3));
        await Server.AppliedAsync();

        Assert.Equal(Usd(7), Assert.Single(await Store.ListAccountsAsync(Cancel)).Balance);
        var report = await AssertSoundAsync();
        Assert.Equal(1, report.OpenHolds);
        Assert.Equal(Usd(7), report.Balance);
    }

    [Theory]
    [InlineData(SettlementKind.Void)]
    [InlineData(SettlementKind.Expire)]
    public async Task A_hold_that_is_not_posted_gives_everything_back(SettlementKind kind)
    {
        var (_, key) = await AccountAsync(10);

        var hold = Server.Hold(key, Usd(3));
        await Server.AppliedAsync();
        Server.Book.Settle(hold, kind, default, TestServer.Record(hold, default));
        await Server.AppliedAsync();

        Assert.Equal(Usd(10), Assert.Single(await Store.ListAccountsAsync(Cancel)).Balance);
        Assert.Equal(0, (await AssertSoundAsync()).OpenHolds);
    }

    [Fact]
    public async Task A_response_is_found_by_its_key_until_it_expires_or_is_deleted()
    {
        var (account, _) = await AccountAsync(10);
        var key = KeyHash.Of(KeyA);
        var kept = Response(account, key, 1) with { Input = "[{\"content\":\"h\u00e9 \\u0000\"}]" };
        await Responses.KeepAsync(kept, [], 10, Cancel);
        await Responses.KeepAsync(kept with { Response = "{}" }, [], 10, Cancel); // the same once more
        await Responses.KeepAsync(Response(account, key, 2), [], 10, Cancel);

        Assert.Equal(kept, await Responses.FindResponseAsync(kept.Key, kept.Id.Value, Noon, Cancel));
        Assert.Null(await Responses.FindResponseAsync(KeyHash.Of(KeyB), kept.Id.Value, Noon, Cancel));
        Assert.Null(await Responses.FindResponseAsync(kept.Key, kept.Id.Value, kept.ExpiresAt, Cancel));
        Assert.False(await Responses.DeleteResponseAsync(KeyHash.Of(KeyB), kept.Id.Value, Noon, Cancel));
        Assert.True(await Responses.DeleteResponseAsync(kept.Key, kept.Id.Value, Noon, Cancel));
        Assert.Null(await Responses.FindResponseAsync(kept.Key, kept.Id.Value, Noon, Cancel));
        Assert.NotNull(await Responses.FindResponseAsync(kept.Key, Response(account, key, 2).Id.Value, Noon, Cancel));
    }

    [Fact]
    public async Task An_item_is_found_in_the_response_that_was_kept_last_and_goes_with_it()
    {
        var (account, _) = await AccountAsync(10);
        var key = KeyHash.Of(KeyA);
        await Responses.KeepAsync(Response(account, key, 1), ["a", "b"], 10, Cancel);
        await Responses.KeepAsync(Response(account, key, 2), ["b", "c", .. Enumerable.Range(0, 250).Select(static n => $"more-{n}")], 10, Cancel);
        async Task<string?> OfAsync(KeyHash whose, string item, DateTimeOffset now) =>
            (await Responses.FindResponseOfItemAsync(whose, item, now, Cancel))?.Response;

        Assert.Equal("{\"n\":1}", await OfAsync(key, "a", Noon));
        Assert.Equal("{\"n\":2}", await OfAsync(key, "b", Noon));
        Assert.Equal("{\"n\":2}", await OfAsync(key, "c", Noon));
        Assert.Equal("{\"n\":2}", await OfAsync(key, "more-249", Noon));
        Assert.Null(await OfAsync(key, "d", Noon));
        Assert.Null(await OfAsync(KeyHash.Of(KeyB), "a", Noon));
        Assert.Null(await OfAsync(key, "a", Response(account, key, 1).ExpiresAt));

        Assert.True(await Responses.DeleteResponseAsync(key, Response(account, key, 2).Id.Value, Noon, Cancel));
        Assert.Null(await OfAsync(key, "c", Noon));
        Assert.Equal(1, await Responses.DeleteExpiredResponsesAsync(Response(account, key, 1).ExpiresAt, Cancel));
        await Responses.KeepAsync(Response(account, key, 1), [], 10, Cancel); // the same id, without its items
        Assert.Null(await OfAsync(key, "a", Noon));
    }

    [Fact]
    public async Task Of_a_keys_responses_the_newest_stay_and_those_that_expired_go()
    {
        var (account, _) = await AccountAsync(10);
        var key = KeyHash.Of(KeyA);
        for (var second = 1; second <= 4; second++)
        {
            await Responses.KeepAsync(Response(account, key, second), [], 3, Cancel);
        }

        var found = new List<bool>();
        for (var second = 1; second <= 4; second++)
        {
            found.Add(await Responses.FindResponseAsync(key, Response(account, key, second).Id.Value, Noon, Cancel) is not null);
        }

        Assert.Equal([false, true, true, true], found);
        Assert.Equal(2, await Responses.DeleteExpiredResponsesAsync(Response(account, key, 3).ExpiresAt, Cancel));
        Assert.Equal(0, await Responses.DeleteExpiredResponsesAsync(Response(account, key, 3).ExpiresAt, Cancel));
        Assert.NotNull(await Responses.FindResponseAsync(key, Response(account, key, 4).Id.Value, Noon, Cancel));
    }

    [Fact]
    public async Task A_generation_is_kept_as_it_was_told()
    {
        var (_, key) = await AccountAsync(10);
        var hold = Server.Hold(key, Usd(1));
        var record = Full(hold);

        Server.Book.Settle(hold, SettlementKind.Post, record.Cost, record);
        await Server.AppliedAsync();

        var found = await Store.FindGenerationAsync(hold.Key.Account.Id, hold.Id, Cancel);
        Assert.NotNull(found);
        Assert.Equal(record.Attempts, found.Attempts);
        Assert.Equal(record with { Charged = record.Cost, Attempts = [] }, found with { Attempts = [] });
    }

    [Fact]
    public async Task What_was_not_reported_stays_unknown()
    {
        var (_, key) = await AccountAsync(10);
        var hold = Server.Hold(key, Usd(1));
        var record = new GenerationRecord
        {
            Id = hold.Id, AccountId = key.Account.Id, KeyHash = key.Key.Hash, CreatedAt = hold.At, Model = "m", Basis = BillingBasis.None,
        };

        Server.Book.Settle(hold, SettlementKind.Void, default, record);
        await Server.AppliedAsync();

        Assert.Equal(record with { Attempts = [] }, (await Store.FindGenerationAsync(key.Account.Id, hold.Id, Cancel))! with { Attempts = [] });
    }

    [Fact]
    public async Task Texts_are_cut_between_characters_and_hold_no_zeros()
    {
        var (_, key) = await AccountAsync(10);
        var hold = Server.Hold(key, Usd(1));
        var record = TestServer.Record(hold, default) with { UserAgent = "x" + new string('é', 1000), ExternalUser = "a\0b", SessionId = "\ud800" };

        Server.Book.Settle(hold, SettlementKind.Post, default, record);
        await Server.AppliedAsync();

        var found = await Store.FindGenerationAsync(key.Account.Id, hold.Id, Cancel);
        Assert.Equal("x" + new string('é', 127), found!.UserAgent);
        Assert.Equal("a?b", found.ExternalUser);
        Assert.Equal("\ufffd", found.SessionId);
    }

    [Fact]
    public async Task Another_account_does_not_find_the_generation()
    {
        var (_, key) = await AccountAsync(10);
        var other = await Store.CreateAccountAsync("other", default, [], Noon, Cancel);
        var hold = Server.Hold(key, Usd(1));
        Server.Post(hold, Usd(1));
        await Server.AppliedAsync();

        Assert.Null(await Store.FindGenerationAsync(other.Id, hold.Id, Cancel));
    }

    [Fact]
    public async Task A_grant_books_once_by_its_reference()
    {
        var (account, _) = await AccountAsync(10);

        var first = await Store.GrantAsync(account.Id, Usd(5), "payment 1", Noon, Cancel);
        var again = await Store.GrantAsync(account.Id, Usd(5), "payment 1", Noon, Cancel);
        var second = await Store.GrantAsync(account.Id, Usd(5), "payment 2", Noon, Cancel);

        Assert.Equal([Usd(15), Usd(15), Usd(20)], [first!.Balance, again!.Balance, second!.Balance]);
        Assert.Null(await Store.GrantAsync(new(999_999), Usd(5), "payment 3", Noon, Cancel));
        await AssertSoundAsync();
    }

    [Fact]
    public async Task The_same_grant_from_many_sides_at_once_books_once()
    {
        var (account, _) = await AccountAsync(10);

        await Parallel.ForAsync(0, 16, Cancel, async (_, c) => await Store.GrantAsync(account.Id, Usd(5), "payment", Noon, c));

        Assert.Equal(Usd(15), Assert.Single(await Store.ListAccountsAsync(Cancel)).Balance);
        await AssertSoundAsync();
    }

    [Fact]
    public async Task Charges_belong_to_the_day_of_their_hold()
    {
        var (_, key) = await AccountAsync(100);
        Charge(key, 1); // Wednesday 4 March
        Time.Advance(TimeSpan.FromDays(1));
        Charge(key, 2); // Thursday
        var late = Server.Hold(key, Usd(4));
        Time.Advance(TimeSpan.FromDays(4));
        Server.Post(late, Usd(4)); // held on Thursday, posted on Monday
        Charge(key, 8); // Monday 9 March
        await Server.AppliedAsync();

        Assert.Equal(Spent(15, 8, 8, 15), await SpentAsync(new(2026, 3, 9)));
        Assert.Equal(Spent(15, 0, 8, 15), await SpentAsync(new(2026, 3, 10)));
        Assert.Equal(Spent(15, 0, 0, 0), await SpentAsync(new(2026, 4, 13)));
        await AssertSoundAsync();
    }

    [Fact]
    public async Task A_key_is_found_until_it_is_deleted()
    {
        var (account, _) = await AccountAsync(10);
        var made = await Store.CreateKeyAsync(account.Id, TestServer.NewKey(KeyB, Usd(2), LimitReset.Weekly), Noon, Cancel);

        var changed = made with { Name = "changed", Disabled = true, Limit = null, Reset = LimitReset.None, ExpiresAt = Noon.AddDays(1), Rescue = "restart", KeepsResponses = true };
        Assert.True(await Store.UpdateKeyAsync(changed, Noon.AddHours(1), Cancel));
        var found = await Store.FindKeyAsync(made.Hash, new(2026, 3, 4), Cancel);
        Assert.Equal(changed with { UpdatedAt = Noon.AddHours(1) }, found!.Key);
        Assert.Equal(2, (await Store.ListKeysAsync(account.Id, new(2026, 3, 4), Cancel)).Count);

        Assert.True(await Store.DeleteKeyAsync(made.Hash, Noon, Cancel));
        Assert.False(await Store.DeleteKeyAsync(made.Hash, Noon, Cancel));
        Assert.False(await Store.UpdateKeyAsync(changed, Noon, Cancel));
        Assert.Null(await Store.FindKeyAsync(made.Hash, new(2026, 3, 4), Cancel));
        Assert.Single(await Store.ListKeysAsync(null, new(2026, 3, 4), Cancel));
    }

    [Fact]
    public async Task Only_successful_requests_to_free_models_since_then_are_counted()
    {
        var (account, key) = await AccountAsync(10);
        Free(key, "old:free", null);
        Time.Advance(TimeSpan.FromMinutes(1));
        var since = Time.GetUtcNow();
        Free(key, "new:free", null);
        Free(key, "new:free", "server");
        Free(key, "new:paid", null);
        await Server.AppliedAsync();

        Assert.Equal(1, await Store.CountFreeRequestsAsync(account.Id, since, Cancel));
        Assert.Equal(2, await Store.CountFreeRequestsAsync(account.Id, Noon, Cancel));
    }

    [Fact]
    public async Task Notices_tell_every_change_in_order()
    {
        var (account, key) = await AccountAsync(10);
        var before = (await Store.ReadNoticesAsync(0, Cancel))[^1].Sequence;

        await Store.GrantAsync(account.Id, Usd(5), "payment", Noon, Cancel);
        await Store.GrantAsync(account.Id, Usd(5), "payment", Noon, Cancel);
        await Store.DeleteKeyAsync(key.Key.Hash, Noon, Cancel);

        var notices = await Store.ReadNoticesAsync(before, Cancel);
        Assert.Equal([(account.Id, null, Usd(5)), (account.Id, key.Key.Hash, null)], notices.Select(n => (n.AccountId, n.KeyHash, n.Amount)));
        Assert.True(notices[0].Sequence < notices[1].Sequence);
    }

    [Fact]
    public async Task A_key_is_read_with_the_newest_notice()
    {
        var (account, _) = await AccountAsync(10);
        await Store.GrantAsync(account.Id, Usd(5), "payment", Noon, Cancel);

        var stored = await Store.FindKeyAsync(KeyHash.Of(KeyA), new(2026, 3, 4), Cancel);

        Assert.Equal(Usd(15), stored!.Account.Balance);
        Assert.Equal((await Store.ReadNoticesAsync(0, Cancel))[^1].Sequence, stored.NoticeSequence);
    }

    [Fact]
    public async Task What_an_operator_changes_reaches_the_running_server_even_when_it_fails_at_first()
    {
        var sink = new RecordingSink { Failures = 1 };
        await Server.DisposeAsync();
        _server = await TestServer.StartAsync(Options, Time, sink);
        await using var command = await StoreFactory.OpenAsync(Options, Time, Cancel);

        var account = await command.CreateAccountAsync("one", Usd(1), [TestServer.NewKey(KeyA)], Noon, Cancel);
        await command.GrantAsync(account.Id, Usd(2), "payment", Noon, Cancel);

        Assert.Equal(KeyHash.Of(KeyA), (await sink.NextAsync()).KeyHash);
        Assert.Equal(Usd(2), (await sink.NextAsync()).Amount);
    }

    [Fact]
    public async Task The_store_itself_refuses_a_negative_balance_and_changes_of_entries()
    {
        var (_, key) = await AccountAsync(10);
        Charge(key, 1);
        await Server.AppliedAsync();

        await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync("UPDATE account SET balance = -1"));
        await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync("UPDATE entry SET amount = 0"));
        await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync("DELETE FROM entry"));
        await AssertSoundAsync();
    }

    [Theory]
    [InlineData("UPDATE account SET balance = balance + 1", "the sum of its entries")]
    [InlineData("UPDATE account SET used = used + 1", "the charges of its generations")]
    [InlineData("UPDATE account SET granted = granted + 1", "the sum of its grants")]
    [InlineData("DELETE FROM generation", "an end without its generation")]
    [InlineData("UPDATE generation SET charged = charged + 1", "not what its entries took")]
    [InlineData("DELETE FROM open_hold", "not among the open ones")]
    [InlineData("UPDATE open_hold SET lease_until = 0", "beyond its lease")]
    [InlineData("UPDATE key_day SET charged = charged + 1", "do not add up")]
    public async Task The_audit_finds_what_was_tampered_with(string sql, string fault)
    {
        var (_, key) = await AccountAsync(10);
        Charge(key, 1);
        Server.Hold(key, Usd(1));
        await Server.AppliedAsync();

        await ExecuteAsync(sql);

        var report = await Store.AuditAsync(Time.GetUtcNow(), Cancel);
        Assert.Contains(report.Faults, f => f.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_callers_on_many_keys_leave_sound_books_and_spend_no_more_than_there_is()
    {
        var first = await AccountAsync(1);
        var second = await Store.CreateAccountAsync("two", Usd(1), [TestServer.NewKey(KeyB)], Noon, Cancel);
        KeyState[] keys = [first.Key, await Server.LoadAsync(KeyB)];

        await Parallel.ForAsync(0, 4_000, Cancel, async (i, c) =>
        {
            if (Server.TryHold(keys[i % 2], Usd(0.001m)).Hold is { } hold)
            {
                if (i % 50 == 0)
                {
                    await Server.Journal.WaitAppliedAsync(c);
                }

                Server.Post(hold, Usd(0.0009m));
            }

            if (i % 500 == 0)
            {
                await Store.GrantAsync(second.Id, Usd(0.1m), $"payment {i}", Noon, c);
            }
        });
        await Server.AppliedAsync();

        await AssertSoundAsync();
        Assert.All(await Store.ListAccountsAsync(Cancel), static a => Assert.True(a.Used <= a.Granted));
        Assert.Equal(0, Server.Health.OpenHolds);
        Assert.Equal(0, Server.Health.UnappliedRecords);
    }

    [Fact]
    public async Task Everything_is_in_the_store_after_a_stop_in_order()
    {
        var (_, key) = await AccountAsync(10);
        for (var i = 0; i < 1_000; i++)
        {
            Server.Post(Server.Hold(key, Usd(0.005m)), Usd(0.004m));
        }

        await Server.DisposeAsync();
        _server = null;

        await using var store = await StoreFactory.OpenAsync(Options, Time, Cancel);
        Assert.Equal(Usd(4), Assert.Single(await store.ListAccountsAsync(Cancel)).Used);
        Assert.Empty((await store.AuditAsync(Noon, Cancel)).Faults);
    }

    [Fact]
    public async Task Holds_that_a_dead_server_left_are_expired_at_the_next_start_with_a_record()
    {
        var (account, key) = await AccountAsync(10);
        var hold = Server.Hold(key, Usd(3), "test/asked", "somebody");
        await Server.DisposeAsync();

        _server = await TestServer.StartAsync(Options, Time);

        var record = await Store.FindGenerationAsync(account.Id, hold.Id, Cancel);
        Assert.Equal(("test/asked", "somebody", "server", BillingBasis.None, false), (record!.Model, record.ExternalUser, record.ErrorType, record.Basis, record.Cancelled));
        Assert.Equal(key.Key.Hash, record.KeyHash);
        Assert.Equal(Usd(10), (await Server.LoadAsync(KeyA)).Account is var state ? Server.Book.View(state).Available : default);
        Assert.Equal(0, (await AssertSoundAsync()).OpenHolds);
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        await ExecuteAsync("INSERT INTO schema_version (version, name, applied_at) VALUES (9999, 'future', '')");

        var refusal = await Assert.ThrowsAsync<SchemaUnknownException>(() => StoreFactory.OpenAsync(Options, Time, Cancel));

        Assert.Contains("9999", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_given_before_a_kill_is_in_the_books_after_it()
    {
        await AccountAsync(1_000);
        await Server.DisposeAsync();
        _server = null;
        for (var round = 0; round < 3; round++)
        {
            var told = await Victim.RunAndKillAsync(Options, KeyA, answers: 500 + (round * 777));

            _server = await TestServer.StartAsync(Options, Time);
            var found = await GenerationsAsync();
            Assert.All(told, t => Assert.Equal(t.Value, found.GetValueOrDefault(t.Key, -1)));
            Assert.Equal(0, (await AssertSoundAsync()).OpenHolds);
            await Server.DisposeAsync();
            _server = null;
        }
    }

    /// <summary>Options for a database that nobody else uses.</summary>
    private protected abstract ValueTask<StorageOptions> OptionsAsync(string directory);

    private protected static NanoUsd Usd(decimal usd) => NanoUsd.FromUsd(usd);

    private protected async Task<(Account Account, KeyState Key)> AccountAsync(decimal usd)
    {
        var account = await Store.CreateAccountAsync("one", Usd(usd), [TestServer.NewKey(KeyA)], Noon, Cancel);
        return (account, await Server.LoadAsync(KeyA));
    }

    private protected async Task<AuditReport> AssertSoundAsync()
    {
        var report = await Store.AuditAsync(Time.GetUtcNow(), Cancel);
        Assert.Empty(report.Faults);
        return report;
    }

    private void Charge(KeyState key, decimal usd) => Server.Post(Server.Hold(key, Usd(usd)), Usd(usd));

    private void Free(KeyState key, string model, string? error)
    {
        var hold = Server.Hold(key, default, model);
        Server.Book.Settle(hold, SettlementKind.Post, default, TestServer.Record(hold, default) with { Model = model, ErrorType = error });
    }

    private async Task<SpendCounters> SpentAsync(DateOnly today) =>
        (await Store.FindKeyAsync(KeyHash.Of(KeyA), today, Cancel))!.Spent with { Day = default };

    private static SpendCounters Spent(decimal total, decimal daily, decimal weekly, decimal monthly) =>
        new(default, Usd(total), Usd(daily), Usd(weekly), Usd(monthly));

    private async Task ExecuteAsync(string sql)
    {
        await using var store = (SqlStore)await StoreFactory.OpenAsync(Options, Time, Cancel);
        await using var connection = await store.Database.OpenAsync(Cancel);
        await connection.ExecuteAsync(sql);
    }

    private async Task<Dictionary<string, long>> GenerationsAsync()
    {
        await using var store = (SqlStore)await StoreFactory.OpenAsync(Options, Time, Cancel);
        await using var connection = await store.Database.OpenAsync(Cancel);
        return (await connection.QueryAsync<(string Id, long Charged)>("SELECT id, charged FROM generation"))
            .ToDictionary(static g => g.Id, static g => g.Charged);
    }

    private static GenerationRecord Full(Hold hold) => new()
    {
        Id = hold.Id,
        AccountId = hold.Key.Account.Id,
        KeyHash = hold.Key.Key.Hash,
        CreatedAt = hold.At,
        Model = "openai/gpt-4.1",
        ProviderName = "OpenAI",
        EndpointId = "openai/gpt-4.1@openai",
        ApiType = "messages",
        Streamed = true,
        Cancelled = true,
        FinishReason = "length",
        NativeFinishReason = "max_tokens",
        Usage = new(100, 50)
        {
            CachedTokens = 10, CacheWriteTokens = 11, ReasoningTokens = 12, PromptAudioTokens = 13, CompletionAudioTokens = 14, CompletionImageTokens = 0,
        },
        Basis = BillingBasis.Estimated,
        Cost = new(123_456_789),
        PromptCost = new(23_456_789),
        LatencyMs = 321,
        GenerationMs = 4_321,
        UpstreamId = "chatcmpl-1",
        ServiceTier = "priority",
        ExternalUser = "Zoë \"1\"",
        SessionId = "session",
        HttpReferer = "https://example.org/",
        AppTitle = "Example",
        UserAgent = "curl/8",
        RequestId = "request",
        ImagesIn = 3,
        ErrorType = "timeout",
        Attempts = [new("a@b", "B \"quoted\"", 0, 15, "timeout"), new("openai/gpt-4.1@openai", "OpenAI", 200, 300, null)],
    };

    private static StoredResponse Response(Account account, KeyHash key, int second) => new(
        new($"gen-17726256{second:D2}-abc"), account.Id, key, Noon.AddSeconds(second), Noon.AddHours(1).AddSeconds(second), "[]", $"{{\"n\":{second}}}");
}
