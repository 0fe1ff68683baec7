using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Tests.Harness;

/// <summary>A journal that keeps nothing.</summary>
internal sealed class NoJournal : IJournal
{
    public bool TryAppendHold(Hold hold, string model, string? externalUser) => true;

    public void AppendSettlement(Hold hold, SettlementKind kind, NanoUsd charged, GenerationRecord record)
    {
    }

    public ValueTask WaitDurableAsync() => default;

    public Task WaitAppliedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
