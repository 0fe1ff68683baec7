using Turnpike.Gateway.Telemetry;
using Turnpike.Storage;

namespace Turnpike.Hosting;

/// <summary>Ready while requests can be booked: the store can be reached and takes what the journal has for it.</summary>
internal sealed class StoreReadiness(StorageHealth health) : IReadiness
{
    public bool IsReady => health.Ready;

    public string? Reason => health.Reason;
}
