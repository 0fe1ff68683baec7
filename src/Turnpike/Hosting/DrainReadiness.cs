using Turnpike.Gateway.Telemetry;

namespace Turnpike.Hosting;

/// <summary>Not ready from the instant at which the server is told to stop.</summary>
internal sealed class DrainReadiness(IHostApplicationLifetime lifetime) : IReadiness
{
    public bool IsReady => !lifetime.ApplicationStopping.IsCancellationRequested;

    public string? Reason => IsReady ? null : "The server is stopping.";
}
