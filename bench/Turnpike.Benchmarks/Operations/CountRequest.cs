using Turnpike.Core.Inference;
using Turnpike.Gateway.Telemetry;

namespace Turnpike.Benchmarks.Operations;

/// <summary>A request in the figures, while nobody listens to the meter.</summary>
internal sealed class CountRequest : IOperation
{
    private readonly GatewayTelemetry _telemetry = new();
    private readonly TokenUsage _usage = new(1180, 312);

    public long Run()
    {
        _telemetry.RequestEnded(
            Samples.Endpoint, Samples.Endpoint.Model.Id, 200, errorType: null, _usage, new(4_123_000), TimeSpan.FromSeconds(2.4), TimeSpan.FromMilliseconds(312));
        return 1;
    }

    public void Dispose() => _telemetry.Dispose();
}
