using Microsoft.Extensions.Hosting;

namespace Turnpike.Gateway.Shared;

/// <summary>Something that is done again and again for as long as the host runs, one time after the other.</summary>
/// <param name="interval">From one time to the next.</param>
/// <param name="atOnce">The first time is at the start, and not an interval later.</param>
internal abstract class PeriodicService(TimeSpan interval, TimeProvider time, bool atOnce = false) : BackgroundService
{
    /// <summary>Does it. What it throws ends the host, but for being called off.</summary>
    protected abstract Task RunOnceAsync(DateTimeOffset now, CancellationToken cancellationToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            if (atOnce)
            {
                await RunOnceAsync(time.GetUtcNow(), stoppingToken);
            }

            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RunOnceAsync(time.GetUtcNow(), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the host stops
        }
    }
}
