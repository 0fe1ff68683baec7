using Turnpike.Core.Money;

namespace Turnpike.Gateway.Settlement;

/// <summary>A request as it was booked: what the caller is shown of it.</summary>
internal readonly record struct Settled(Bill Bill, Cost Cost, NanoUsd Charged);
