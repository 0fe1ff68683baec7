using Turnpike.Core.Catalog;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Telemetry;

/// <summary>What the gateway tells of itself: meters by the GenAI semantic conventions, for /metrics and OTLP alike.</summary>
public sealed class GatewayTelemetry
{
    /// <summary>A chat request has ended, however it ended. Allocates nothing per call.</summary>
    /// <param name="endpoint">The endpoint that answered; null when none did.</param>
    /// <param name="status">The HTTP status that the caller got (200 for a stream that failed later; <paramref name="errorType"/> tells).</param>
    public void RequestEnded(
        Endpoint? endpoint, string model, int status, string? errorType, in TokenUsage usage, NanoUsd charged, TimeSpan duration, TimeSpan? firstToken)
    {
    }

    /// <summary>An attempt at an endpoint has failed.</summary>
    public void AttemptFailed(Endpoint endpoint, string errorType)
    {
    }
}
