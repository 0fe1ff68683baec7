using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Kill;

/// <summary>The promise of the books: killed at any instant, started again, they balance; nothing is booked twice, nothing is lost.</summary>
[Trait("speed", "slow")]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Rounds = 20;

    /// <summary>The kill comes within this time after the first request of a round has reached the provider.</summary>
    private const int KillWithinMs = 600;

    [Fact]
    public async Task Killed_at_random_instants_under_load_the_books_balance_and_every_answer_is_booked_once()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var alpha = ScriptedProvider.Start();
        await using var beta = ScriptedProvider.Start();
        alpha.Otherwise(static e => KillLoad.Answer(e, isFirstProvider: true));
        beta.Otherwise(static e => KillLoad.Answer(e, isFirstProvider: false));
        await using var gateway = await GatewayProcess.StartAsync(new GatewayConfig()
            .Set("startingCredit", 1000)
            .Set("routing.hedging.mode", "all")
            .Set("routing.hedging.shareMax", 1)
            .Set("routing.hedging.delayMin", 0)
            .Set("routing.hedging.delayUntilLearned", 0)
            .Provider("alpha", alpha.BaseUrl)
            .Provider("beta", beta.BaseUrl)
            .Endpoint("alpha", GatewayHarness.Plain)
            .Endpoint("alpha", GatewayHarness.Pair)
            .Endpoint("beta", GatewayHarness.Pair));
        var load = new KillLoad();

        for (var round = 1; round <= Rounds; round++)
        {
            var before = alpha.Started;
            using var gone = new CancellationTokenSource();
            var asking = load.RunAsync(gateway.Client, gone.Token);
            await Deadline.UntilAsync(() => alpha.Started > before, "the first request of the round");
            await Task.Delay(random.Next(KillWithinMs), CancellationToken.None); // the random instant, not a wait for anything

            gateway.Kill();
            await gone.CancelAsync();
            await asking;
            await gateway.StartAgainAsync();

            await AssertBooksAsync(gateway, load, [.. alpha.Exchanges, .. beta.Exchanges], round);
        }

        var generations = BookReader.Generations(gateway.Database).SelectMany(static g => g).ToList();
        output.WriteLine($"{load.Asked} requests, {load.Told.Count} told whole, {generations.Count} booked, "
            + $"{generations.Count(static g => g.Kind == BookedGeneration.Expired)} expired");
        Assert.Contains(generations, static g => g.Kind == BookedGeneration.Expired);
        Assert.True(load.Told.Count > KillLoad.Callers);
        Assert.NotEqual(0, BookReader.Number(gateway.Database, "SELECT count(*) FROM generation WHERE attempts LIKE '%outrun%'"));
    }

    private static async Task AssertBooksAsync(GatewayProcess gateway, KillLoad load, List<ProviderExchange> exchanges, int round)
    {
        var database = gateway.Database;
        var at = $"round {round}";

        // 1. The sum of entries equals the balance, and nobody is below zero.
        foreach (var row in BookReader.Query(database, "SELECT a.balance, (SELECT coalesce(sum(e.amount), 0) FROM entry e WHERE e.account_id = a.id) FROM account a"))
        {
            Assert.True((long)row[0]! == (long)row[1]!, $"{at}: the balance is {row[0]}, the sum of entries {row[1]}");
            Assert.True((long)row[0]! >= 0, $"{at}: a balance of {row[0]}");
        }

        // 2. No hold is older than its lease; after a start there is none at all.
        var nowMicros = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks / 10;
        Assert.True(BookReader.Number(database, $"SELECT count(*) FROM open_hold WHERE lease_until < {nowMicros}") == 0, $"{at}: an overdue hold");
        Assert.True(BookReader.Number(database, "SELECT count(*) FROM open_hold") == 0, $"{at}: a hold of the dead process");

        // 3. Every answer that a provider completed is booked exactly once, at its price where it was billed by its usage.
        var generations = BookReader.Generations(database);
        foreach (var exchange in exchanges.Where(static e => e.Ended.IsCompletedSuccessfully && e.Ended.Result == ExchangeEnd.Completed))
        {
            var number = KillLoad.NumberOf(exchange);
            var booked = generations[KillLoad.Tag(number)].ToList();
            Assert.True(booked.Count == 1, $"{at}: {KillLoad.Tag(number)} is booked {booked.Count} times");
            if (booked[0] is { Kind: BookedGeneration.Posted, Basis: BookedGeneration.ProviderUsage })
            {
                Assert.True(booked[0].Charged == KillLoad.CostOf(number), $"{at}: {KillLoad.Tag(number)} was charged {booked[0].Charged}");
            }
        }

        // 4. No request is booked twice, whatever became of it.
        Assert.All(generations, g => Assert.True(g.Count() == 1, $"{at}: {g.Key} is booked {g.Count()} times"));

        // 5. What a caller was told is what was booked.
        foreach (var told in load.Told)
        {
            var booked = Assert.Single(generations[told.Tag]);
            Assert.True(
                booked.Id == told.Id && booked.Charged == told.CostNano && booked.Kind == BookedGeneration.Posted,
                $"{at}: {told} was booked as {booked}");
        }

        // 6. The doctor, who knows more of the books than this test, finds nothing wrong with them.
        var doctor = await gateway.RunJsonAsync("doctor");
        var books = doctor["findings"]!.AsArray().Single(static f => (string)f!["part"]! == "books")!;
        Assert.True((string)books["state"]! == "ok", $"{at}: {books.ToJsonString()}");
    }
}
