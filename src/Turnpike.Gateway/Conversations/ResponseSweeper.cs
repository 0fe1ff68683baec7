using Microsoft.Extensions.Logging;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Shared;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Conversations;

/// <summary>Deletes stored responses that have expired, also those of a time when they were kept and are no longer.</summary>
internal sealed partial class ResponseSweeper(IResponseStore store, TimeProvider time, ILogger<ResponseSweeper> log)
    : PeriodicService(TimeSpan.FromMinutes(10), time)
{
    protected override async Task RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            while (await store.DeleteExpiredResponsesAsync(now, cancellationToken) > 0)
            {
                // the next few
            }
        }
        catch (StoreUnavailableException exception)
        {
            Away(log, exception.Message);
        }
    }

    [LoggerMessage(EventIds.ResponsesNotSwept, LogLevel.Warning, "Responses that have expired were not deleted, and will be later: {Reason}")]
    private static partial void Away(ILogger log, string reason);
}
