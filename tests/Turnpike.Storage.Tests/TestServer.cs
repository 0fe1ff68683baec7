using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Storage.Tests;

/// <summary>The storage in a host of its own, as the server has it: opened, served from, closed.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    // One for all, or two servers of a test would give the same ids.
    private static int s_ids;

    private readonly IHost _host;
    private readonly Dictionary<AccountId, AccountState> _accounts = [];

    private TestServer(IHost host, TimeProvider time)
    {
        _host = host;
        Time = time;
        Store = host.Services.GetRequiredService<IStore>();
        Presets = host.Services.GetRequiredService<IPresetStore>();
        Book = host.Services.GetRequiredService<Book>();
        Journal = host.Services.GetRequiredService<IJournal>();
        Health = host.Services.GetRequiredService<StorageHealth>();
    }

    public TimeProvider Time { get; }

    public IStore Store { get; }

    public IPresetStore Presets { get; }

    public Book Book { get; }

    public IJournal Journal { get; }

    public StorageHealth Health { get; }

    public static async Task<TestServer> StartAsync(StorageOptions options, TimeProvider time, INoticeSink? sink = null, IRouteRecords? routes = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddLogging();
        builder.Services.AddSingleton(time);
        if (sink is not null)
        {
            builder.Services.AddSingleton(sink);
        }

        if (routes is not null)
        {
            builder.Services.AddSingleton(routes);
        }

        builder.Services.AddTurnpikeStorage(options);
        var host = builder.Build();
        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await ((IAsyncDisposable)host).DisposeAsync();
            throw;
        }

        return new(host, time);
    }

    public static NewKey NewKey(string text, NanoUsd? limit = null, LimitReset reset = LimitReset.None) =>
        new(KeyHash.Of(text), KeyText.Label(text), "test", KeyKind.Inference, limit, reset);

    /// <summary>Loads a key as the gateway does: keys of one account share its state.</summary>
    public async Task<KeyState> LoadAsync(string text)
    {
        var today = DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);
        var stored = await Store.FindKeyAsync(KeyHash.Of(text), today, TestContext.Current.CancellationToken);
        Assert.NotNull(stored);
        if (!_accounts.TryGetValue(stored.Account.Id, out var account))
        {
            account = new(stored.Account, stored.NoticeSequence);
            _accounts.Add(stored.Account.Id, account);
        }

        return new(stored.Key, stored.Spent, account);
    }

    public Hold Hold(KeyState key, NanoUsd amount, string model = "test/model", string? user = null)
    {
        var outcome = TryHold(key, amount, model, user);
        Assert.NotNull(outcome.Hold);
        return outcome.Hold;
    }

    public HoldOutcome TryHold(KeyState key, NanoUsd amount, string model = "test/model", string? user = null)
    {
        var now = Time.GetUtcNow();
        var id = GenerationId.New(now, new Random(Interlocked.Increment(ref s_ids)));
        return Book.TryHold(id, key, new(amount, amount, amount, IsElastic: false), now, TimeSpan.FromMinutes(5), model, user);
    }

    public static GenerationRecord Record(Hold hold, NanoUsd cost) => new()
    {
        Id = hold.Id,
        AccountId = hold.Key.Account.Id,
        KeyHash = hold.Key.Key.Hash,
        CreatedAt = hold.At,
        Model = "test/model",
        ProviderName = "Test",
        EndpointId = "test/endpoint",
        FinishReason = "stop",
        Usage = new(100, 20),
        Basis = BillingBasis.ProviderUsage,
        Cost = cost,
        Attempts = [new("test/endpoint", "Test", 200, 12, null)],
    };

    public NanoUsd? Post(Hold hold, NanoUsd cost) => Book.Settle(hold, SettlementKind.Post, cost, Record(hold, cost));

    public Task AppliedAsync() => Journal.WaitAppliedAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(TestContext.Current.CancellationToken);
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
