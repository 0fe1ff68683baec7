using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>Deletes records of routes that are older than they are kept.</summary>
internal sealed partial class RecordSweeper(
    IStore store, GatewayOptions options, DecisionLog records, GatewayTelemetry telemetry, TimeProvider time, ILogger<RecordSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        telemetry.RegisterGauge("turnpike_route_records_lost", "Records of routes that gave way in memory before the store had taken them.", () => records.Lost);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await SweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the host stops
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddDays(-options.Routing.RecordDays).ToUnixTimeSeconds();
        try
        {
            while (await store.ForgetRouteBlocksAsync(before, cancellationToken))
            {
                // an hour of them at a time
            }
        }
        catch (StoreUnavailableException e)
        {
            LogNotSwept(logger, e);
        }
    }

    [LoggerMessage(EventIds.RecordsNotSwept, LogLevel.Warning, "Old records of routes could not be deleted just now; tried again in an hour.")]
    private static partial void LogNotSwept(ILogger logger, Exception exception);
}
