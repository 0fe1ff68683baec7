using Turnpike.Core.Inference;
using Turnpike.Core.Money;

namespace Turnpike.Core.Ledger;

/// <summary>Where the book writes what it has decided, before anybody is told. What was appended survives the death of the process
/// at once; the store receives it in order, in groups.</summary>
public interface IJournal
{
    /// <summary>Appends a hold. False, and nothing written, when there is no room beyond what is kept for settlements.</summary>
    bool TryAppendHold(Hold hold, string model, string? externalUser);

    /// <summary>Appends the end of a hold with the record of its generation. Always succeeds: every hold has room for its end.</summary>
    void AppendSettlement(Hold hold, SettlementKind kind, NanoUsd charged, GenerationRecord record);

    /// <summary>Completes when everything appended so far is as durable as the installation asks for (nothing to wait for, or the disk).</summary>
    ValueTask WaitDurableAsync();

    /// <summary>Completes when everything appended so far can be read from the store.</summary>
    Task WaitAppliedAsync(CancellationToken cancellationToken);
}
