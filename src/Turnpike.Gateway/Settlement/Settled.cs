using Turnpike.Core.Money;

namespace Turnpike.Gateway.Settlement;

/// <summary>A request as it was booked: what the caller is shown of it.</summary>
internal readonly record struct Settled(Bill Bill, Cost Cost, NanoUsd Charged)
{
    /// <summary>When, unix seconds.</summary>
    public long EndedAt { get; init; }

    /// <summary>How it came to its endpoint, as JSON; empty where the caller did not ask to be told.</summary>
    public ReadOnlyMemory<byte> Metadata { get; init; }
}
