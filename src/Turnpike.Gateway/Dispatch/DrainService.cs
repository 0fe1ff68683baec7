using Microsoft.Extensions.Hosting;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Ends the streams that are still open when the time for draining is over: each gets the in-band error and is settled.</summary>
internal sealed class DrainService(IHostApplicationLifetime lifetime, Watchdog watchdog, GatewayOptions options, TimeProvider time) : IHostedService, IDisposable
{
    private CancellationTokenRegistration _stopping;
    private ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _stopping = lifetime.ApplicationStopping.Register(() =>
            _timer = time.CreateTimer(_ => watchdog.Drain(), state: null, options.Drain, TimeSpan.FromSeconds(1)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stopping.Dispose();
        _timer?.Dispose();
    }
}
