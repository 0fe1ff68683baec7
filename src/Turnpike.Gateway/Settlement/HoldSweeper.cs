using Microsoft.Extensions.Logging;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Shared;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Settlement;

/// <summary>Expires holds whose lease has run out while this process lives. None should ever be found: every path settles; what is found
/// is a fault of ours, reported, and does not keep the caller's credit.</summary>
internal sealed partial class HoldSweeper(Book book, TimeProvider time, ILogger<HoldSweeper> logger)
    : PeriodicService(TimeSpan.FromSeconds(30), time)
{
    protected override Task RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var hold in book.Overdue(now))
        {
            Expire(hold);
        }

        return Task.CompletedTask;
    }

    private void Expire(Hold hold)
    {
        var record = new GenerationRecord
        {
            Id = hold.Id,
            AccountId = hold.Key.Account.Id,
            KeyHash = hold.Key.Key.Hash,
            CreatedAt = hold.At,
            Model = "",
            Basis = BillingBasis.None,
            ErrorType = Core.Errors.ErrorTypes.Server,
        };
        if (book.Settle(hold, SettlementKind.Expire, NanoUsd.Zero, record) is not null)
        {
            LogExpired(logger, hold.Id.Value);
        }
    }

    [LoggerMessage(EventIds.HoldExpired, LogLevel.Warning, "The hold of {GenerationId} outlived its lease and was released; report this as a fault of Turnpike.")]
    private static partial void LogExpired(ILogger logger, string generationId);
}
