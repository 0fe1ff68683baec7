using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Core.Tests;

/// <summary>A book with accounts and keys in memory.</summary>
internal sealed class BookFixture
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly Random _random = new(1);

    public BookFixture() => Book = new(Journal);

    public MemoryJournal Journal { get; } = new();

    public Book Book { get; }

    public static AccountState Account(long credit) => new(new(new(1), "one", Noon, new(credit), new(credit), default), 0);

    public static KeyState Key(AccountState account, long? limit = null, LimitReset reset = LimitReset.None, string text = "sk-or-v1-a")
    {
        var key = new ApiKey
        {
            Hash = KeyHash.Of(text),
            AccountId = account.Id,
            Name = "name",
            Label = "label",
            Kind = KeyKind.Inference,
            Limit = limit is { } nano ? new NanoUsd(nano) : null,
            Reset = reset,
            CreatedAt = Noon,
        };
        return new(key, new(new(2026, 3, 4), default, default, default, default), account);
    }

    public HoldOutcome TryHold(KeyState key, in HoldRequest request, DateTimeOffset? at = null)
    {
        var now = at ?? Noon;
        return Book.TryHold(GenerationId.New(now, _random), key, request, now, TimeSpan.FromMinutes(5), "test/model", null);
    }

    public HoldOutcome TryHold(KeyState key, long amount, DateTimeOffset? at = null) =>
        TryHold(key, new HoldRequest(new(amount), new(amount), new(amount), IsElastic: false), at);

    public NanoUsd? Settle(Hold hold, SettlementKind kind, long cost) => Book.Settle(hold, kind, new(cost), new GenerationRecord
    {
        Id = hold.Id,
        AccountId = hold.Key.Account.Id,
        KeyHash = hold.Key.Key.Hash,
        CreatedAt = hold.At,
        Model = "test/model",
        Basis = BillingBasis.ProviderUsage,
        Cost = new(cost),
    });
}
