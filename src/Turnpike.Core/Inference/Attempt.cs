using Turnpike.Core.Money;

namespace Turnpike.Core.Inference;

/// <summary>One try at one endpoint, as the generation record keeps it.</summary>
/// <param name="EndpointId">The endpoint that was tried.</param>
/// <param name="ProviderName">Display name of its provider.</param>
/// <param name="Status">The provider's HTTP status; 0 when no answer came (connection, time-out).</param>
/// <param name="LatencyMs">From sending to headers or failure, in milliseconds.</param>
/// <param name="Failure">Why it failed, as an error type of section e.3; <see cref="Outrun"/> when another was first; null when it answered.</param>
public sealed record Attempt(string EndpointId, string ProviderName, int Status, int LatencyMs, string? Failure)
{
    /// <summary>The <see cref="Failure"/> of an attempt that was called off because another of the same request was first.</summary>
    public const string Outrun = "outrun";

    /// <summary>What its provider is likely to ask for an answer that it broke off, or that was called off; the caller is not charged with it.</summary>
    public NanoUsd LostCost { get; init; }
}
