using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Storage.Tests;

/// <summary>What every database must do. One suite, run on each.</summary>
public abstract class StoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_posted_hold_takes_its_cost_and_gives_the_rest_back()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await TestServer.StartAsync(Options(directory), new ManualTimeProvider(Noon));
        var account = await server.Store.CreateAccountAsync("one", NanoUsd.FromUsd(10), [TestServer.NewKey("sk-or-v1-a")], Noon, Cancel);
        var key = await server.LoadAsync("sk-or-v1-a");

        var hold = server.Hold(key, NanoUsd.FromUsd(3));
        var charged = server.Post(hold, NanoUsd.FromUsd(1.25m));
        await server.AppliedAsync();

        Assert.Equal(NanoUsd.FromUsd(1.25m), charged);
        var stored = Assert.Single(await server.Store.ListAccountsAsync(Cancel));
        Assert.Equal(account with { Balance = NanoUsd.FromUsd(8.75m), Used = NanoUsd.FromUsd(1.25m) }, stored);
        await AssertSoundAsync(server);
    }

    private static async Task AssertSoundAsync(TestServer server)
    {
        var report = await server.Store.AuditAsync(server.Time.GetUtcNow(), Cancel);
        Assert.Empty(report.Faults);
    }

    private protected abstract StorageOptions Options(TemporaryDirectory directory);
}
