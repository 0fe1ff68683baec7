using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Tests;

/// <summary>Start, stop, and a store that does not answer.</summary>
public sealed class ServerTests : IDisposable
{
    private const string KeyA = "sk-or-v1-aaaa";

    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _time = new(Noon);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_second_server_on_the_same_directory_is_refused_and_told_who_has_it()
    {
        await using var first = await StartAsync();

        var refusal = await Assert.ThrowsAsync<DataDirectoryInUseException>(StartAsync);

        Assert.Contains(_directory.Path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_free_again_after_its_server_has_stopped()
    {
        await (await StartAsync()).DisposeAsync();
        await using var second = await StartAsync();

        Assert.True(second.Health.Ready);
    }

    [Fact]
    public async Task While_the_store_is_away_bookings_go_on_until_the_journal_is_full_and_nothing_is_lost()
    {
        await using var server = await StartAsync();
        await server.Store.CreateAccountAsync("one", NanoUsd.FromUsd(1_000), [TestServer.NewKey(KeyA)], Noon, Cancel);
        var key = await server.LoadAsync(KeyA);
        var open = new List<Hold>();
        HoldRefusal refusal;
        using (new BlockedDatabase(_directory.Path))
        {
            while ((refusal = Add(server, key, open)) == HoldRefusal.None)
            {
            }

            Assert.All(open, hold => Assert.Equal(NanoUsd.FromUsd(0.01m), server.Post(hold, NanoUsd.FromUsd(0.01m))));
        }

        await server.AppliedAsync();

        Assert.Equal(HoldRefusal.Unavailable, refusal);
        Assert.Equal(open.Count * NanoUsd.FromUsd(0.01m).Value, Assert.Single(await server.Store.ListAccountsAsync(Cancel)).Used.Value);
        Assert.Empty((await server.Store.AuditAsync(Noon, Cancel)).Faults);
        Assert.NotNull(server.TryHold(key, NanoUsd.FromUsd(0.01m)).Hold);
    }

    [Fact]
    public async Task An_old_copy_of_the_journal_books_nothing_twice()
    {
        var journal = Path.Combine(_directory.Path, "journal.bin");
        var copy = journal + ".copy";
        await using (var server = await StartAsync())
        {
            await server.Store.CreateAccountAsync("one", NanoUsd.FromUsd(10), [TestServer.NewKey(KeyA)], Noon, Cancel);
            var key = await server.LoadAsync(KeyA);
            using (new BlockedDatabase(_directory.Path))
            {
                for (var i = 0; i < 20; i++)
                {
                    server.Post(server.Hold(key, NanoUsd.FromUsd(0.1m)), NanoUsd.FromUsd(0.1m));
                }

                File.Copy(journal, copy);
            }
        }

        File.Move(copy, journal, overwrite: true);
        await using var again = await StartAsync();

        Assert.Equal(NanoUsd.FromUsd(2), Assert.Single(await again.Store.ListAccountsAsync(Cancel)).Used);
        Assert.Empty((await again.Store.AuditAsync(Noon, Cancel)).Faults);
    }

    [Fact]
    public async Task A_journal_with_bookings_for_another_database_is_refused()
    {
        await using (var server = await StartAsync())
        {
            await server.Store.CreateAccountAsync("one", NanoUsd.FromUsd(10), [TestServer.NewKey(KeyA)], Noon, Cancel);
            var key = await server.LoadAsync(KeyA);
            server.Post(server.Hold(key, NanoUsd.FromUsd(1)), NanoUsd.FromUsd(1));
            await server.AppliedAsync();
            using var blocked = new BlockedDatabase(_directory.Path);
            server.Post(server.Hold(key, NanoUsd.FromUsd(1)), NanoUsd.FromUsd(1));
            File.Copy(Path.Combine(_directory.Path, "journal.bin"), Path.Combine(_directory.Path, "copy"));
        }

        File.Move(Path.Combine(_directory.Path, "copy"), Path.Combine(_directory.Path, "journal.bin"), overwrite: true);
        var options = Options with { Database = Path.Combine(_directory.Path, "another.db") };

        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => TestServer.StartAsync(options, _time));

        Assert.Contains("belong", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_of_another_size_is_made_anew_once_it_is_empty()
    {
        await using (var server = await StartAsync())
        {
            await server.Store.CreateAccountAsync("one", NanoUsd.FromUsd(10), [TestServer.NewKey(KeyA)], Noon, Cancel);
            var key = await server.LoadAsync(KeyA);
            server.Post(server.Hold(key, NanoUsd.FromUsd(1)), NanoUsd.FromUsd(1));
        }

        await using var larger = await TestServer.StartAsync(Options with { JournalBytes = 4 << 20 }, _time);
        var loaded = await larger.LoadAsync(KeyA);
        larger.Post(larger.Hold(loaded, NanoUsd.FromUsd(1)), NanoUsd.FromUsd(1));
        await larger.AppliedAsync();

        Assert.Equal((4 << 20) + JournalFormat.HeaderBytes, new FileInfo(Path.Combine(_directory.Path, "journal.bin")).Length);
        Assert.Equal(NanoUsd.FromUsd(2), Assert.Single(await larger.Store.ListAccountsAsync(Cancel)).Used);
    }

    [Fact]
    public async Task Durability_of_the_disk_is_waited_for_by_many_at_once()
    {
        await using var server = await TestServer.StartAsync(Options with { Durability = DurabilityLevel.Disk }, _time);
        await server.Store.CreateAccountAsync("one", NanoUsd.FromUsd(10), [TestServer.NewKey(KeyA)], Noon, Cancel);
        var key = await server.LoadAsync(KeyA);

        await Parallel.ForAsync(0, 200, Cancel, async (_, _) =>
        {
            server.Post(server.Hold(key, NanoUsd.FromUsd(0.01m)), NanoUsd.FromUsd(0.01m));
            await server.Journal.WaitDurableAsync();
        });
        await server.AppliedAsync();

        Assert.Equal(NanoUsd.FromUsd(2), Assert.Single(await server.Store.ListAccountsAsync(Cancel)).Used);
    }

    [Fact]
    public void Durability_of_the_process_is_not_waited_for()
    {
        Assert.True(new RingJournal(DurabilityLevel.Process).WaitDurableAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public void Options_out_of_range_are_told_together()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new StorageOptions { DataDirectory = " ", JournalBytes = 5 }.Validate());

        Assert.Contains("data directory", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("1 MiB", refusal.Message, StringComparison.Ordinal);
    }

    private StorageOptions Options => new() { DataDirectory = _directory.Path, JournalBytes = 1 << 20 };

    private static HoldRefusal Add(TestServer server, KeyState key, List<Hold> open)
    {
        var outcome = server.TryHold(key, NanoUsd.FromUsd(0.01m));
        if (outcome.Hold is { } hold)
        {
            open.Add(hold);
        }

        return outcome.Refusal;
    }

    private Task<TestServer> StartAsync() => TestServer.StartAsync(Options, _time);
}
