using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Core.Tests;

/// <summary>A journal that keeps what it is given, for tests of the book alone.</summary>
internal sealed class MemoryJournal : IJournal
{
    public List<(Hold Hold, SettlementKind Kind, NanoUsd Charged, GenerationRecord Record)> Settlements { get; } = [];

    public int Holds { get; private set; }

    public bool IsFull { get; set; }

    public bool TryAppendHold(Hold hold, string model, string? externalUser)
    {
        Holds += IsFull ? 0 : 1;
        return !IsFull;
    }

    public void AppendSettlement(Hold hold, SettlementKind kind, NanoUsd charged, GenerationRecord record) =>
        Settlements.Add((hold, kind, charged, record));

    public ValueTask WaitDurableAsync() => default;

    public Task WaitAppliedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
