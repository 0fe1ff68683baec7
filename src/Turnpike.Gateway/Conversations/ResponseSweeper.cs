using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Conversations;

/// <summary>Deletes stored responses that have expired, also those of a time when they were kept and are no longer.</summary>
internal sealed partial class ResponseSweeper(IResponseStore store, TimeProvider time, ILogger<ResponseSweeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SweepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the host stops
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await store.DeleteExpiredResponsesAsync(time.GetUtcNow(), cancellationToken) > 0)
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
