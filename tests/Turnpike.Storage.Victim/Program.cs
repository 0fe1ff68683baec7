using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Storage;

// A server that books as fast as it can until it is killed. It prints a line for each answer that a caller would have been given:
// the generation's id and what was charged. Arguments: data directory, database or "-", the key's text.
var builder = Host.CreateEmptyApplicationBuilder(new());
builder.Services.AddLogging();
builder.Services.AddTurnpikeStorage(new() { DataDirectory = args[0], Database = args[1] == "-" ? null : args[1], JournalBytes = 1 << 20 });
using var host = builder.Build();
await host.StartAsync();
var book = host.Services.GetRequiredService<Book>();
var time = host.Services.GetRequiredService<TimeProvider>();
var stored = await host.Services.GetRequiredService<IStore>().FindKeyAsync(
    KeyHash.Of(args[2]), DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), CancellationToken.None);
var key = new KeyState(stored!.Key, stored.Spent, new(stored.Account, stored.NoticeSequence));
var random = new Random();
var open = new Queue<Hold>();
await using var output = new StreamWriter(Console.OpenStandardOutput());
for (var i = 0; ; i++)
{
    var now = time.GetUtcNow();
    var amount = new NanoUsd(random.Next(1, 10_000));
    var outcome = book.TryHold(
        GenerationId.New(now, random), key, new(amount, amount, amount, IsElastic: false), now, TimeSpan.FromMinutes(5), "test/model", $"user {i}");
    if (outcome.Hold is { } hold)
    {
        open.Enqueue(hold);
    }

    // Some holds stay open for a while, so that the kill finds them in every stage.
    while (open.Count > (outcome.Hold is null ? 0 : 20))
    {
        var ended = open.Dequeue();
        var kind = random.Next(10) == 0 ? SettlementKind.Void : SettlementKind.Post;
        var charged = book.Settle(ended, kind, new(random.NextInt64(ended.Amount.Value + 1)), new GenerationRecord
        {
            Id = ended.Id,
            AccountId = ended.Key.Account.Id,
            KeyHash = ended.Key.Key.Hash,
            CreatedAt = ended.At,
            Model = "test/model",
            Basis = BillingBasis.ProviderUsage,
        });
        output.WriteLine($"{ended.Id} {charged!.Value.Value}");
        output.Flush();
    }
}
