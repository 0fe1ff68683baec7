using Microsoft.Extensions.Logging;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Shared;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>Deletes records of routes that are older than they are kept.</summary>
internal sealed partial class RecordSweeper : PeriodicService
{
    private readonly IStore _store;
    private readonly GatewayOptions _options;
    private readonly ILogger<RecordSweeper> _logger;

    public RecordSweeper(IStore store, GatewayOptions options, DecisionLog records, GatewayTelemetry telemetry, TimeProvider time, ILogger<RecordSweeper> logger)
        : base(TimeSpan.FromHours(1), time, atOnce: true)
    {
        (_store, _options, _logger) = (store, options, logger);
        telemetry.RegisterGauge("turnpike_route_records_lost", "Records of routes that gave way in memory before the store had taken them.", () => records.Lost);
    }

    protected override async Task RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = now.AddDays(-_options.Routing.RecordDays).ToUnixTimeSeconds();
        try
        {
            while (await _store.ForgetRouteBlocksAsync(before, cancellationToken))
            {
                // an hour of them at a time
            }
        }
        catch (StoreUnavailableException e)
        {
            LogNotSwept(_logger, e);
        }
    }

    [LoggerMessage(EventIds.RecordsNotSwept, LogLevel.Warning, "Old records of routes could not be deleted just now; tried again in an hour.")]
    private static partial void LogNotSwept(ILogger logger, Exception exception);
}
