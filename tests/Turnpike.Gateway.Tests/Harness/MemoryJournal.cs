using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Tests.Harness;

/// <summary>Keeps settled records back until somebody waits for them, as a store that is a little behind does.</summary>
internal sealed class MemoryJournal(MemoryStore store) : IJournal
{
    private readonly List<GenerationRecord> _pending = [];

    public bool TryAppendHold(Hold hold, string model, string? externalUser) => true;

    public void AppendSettlement(Hold hold, SettlementKind kind, NanoUsd charged, GenerationRecord record) => _pending.Add(record);

    public ValueTask WaitDurableAsync() => default;

    public Task WaitAppliedAsync(CancellationToken cancellationToken)
    {
        _pending.ForEach(store.Add);
        _pending.Clear();
        return Task.CompletedTask;
    }
}
