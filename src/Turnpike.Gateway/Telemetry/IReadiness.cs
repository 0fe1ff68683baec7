namespace Turnpike.Gateway.Telemetry;

/// <summary>A part of the gateway that may not be ready to serve. All that are registered must be ready for <c>/health/ready</c> to say so.</summary>
public interface IReadiness
{
    /// <summary>Asked often; answers from memory.</summary>
    bool IsReady { get; }

    /// <summary>Why not, for operators; null when ready.</summary>
    string? Reason { get; }
}
