using Turnpike.Core.Money;

namespace Turnpike.Core.Accounts;

/// <summary>An account as the store keeps it. <see cref="Balance"/> is the sum of its entries: credit that is neither spent nor held.</summary>
public sealed record Account(AccountId Id, string Name, DateTimeOffset CreatedAt, NanoUsd Balance, NanoUsd Granted, NanoUsd Used)
{
    /// <summary>A <c>provider</c> object, as JSON, that holds for every request of this account; null is none.</summary>
    public string? ProviderDefaults { get; init; }
}
