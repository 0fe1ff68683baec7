using Turnpike.Core.Ledger;

namespace Turnpike.Storage.Tests;

public sealed class PostgresStoreTests(PostgresCluster cluster) : StoreContract
{
    private protected override async ValueTask<StorageOptions> OptionsAsync(string directory) =>
        new() { DataDirectory = directory, JournalBytes = 1 << 20, Database = await cluster.NewDatabaseAsync() };

    [Fact]
    public async Task A_second_server_on_the_same_database_is_refused()
    {
        using var directory = new TemporaryDirectory();

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => TestServer.StartAsync(Options with { DataDirectory = directory.Path }, Time));

        Assert.Contains("Another server", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_goes_and_comes_back_gets_everything_once()
    {
        var (_, key) = await AccountAsync(10);
        for (var i = 0; i < 20; i++)
        {
            var hold = Server.Hold(key, Usd(0.1m));
            await cluster.DisconnectAllAsync(Options.Database!);
            Server.Post(hold, Usd(0.1m));
        }

        await Server.AppliedAsync();

        // The pool's own connections were cut as well; a command of an operator has a pool of its own.
        await using var store = await StoreFactory.OpenAsync(Options, Time, Cancel);
        Assert.Equal(Usd(2), Assert.Single(await store.ListAccountsAsync(Cancel)).Used);
        Assert.Empty((await store.AuditAsync(Noon, Cancel)).Faults);
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_told_without_its_password()
    {
        using var directory = new TemporaryDirectory();
        var options = new StorageOptions { DataDirectory = directory.Path, Database = "postgres://me:hunter2@127.0.0.1:1/db" };

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => StoreFactory.OpenAsync(options, Time, Cancel));

        Assert.Contains("127.0.0.1:1/db", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }
}
