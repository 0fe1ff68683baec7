using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Commands;

/// <summary>A key as <c>--json</c> shows it: the fields of OpenRouter's management API, in dollars.</summary>
internal sealed record KeyListing
{
    public required string Hash { get; init; }

    public required string Name { get; init; }

    public required string Label { get; init; }

    public required KeyKind Kind { get; init; }

    public required bool Disabled { get; init; }

    public required string AccountId { get; init; }

    public required bool KeepsResponses { get; init; }

    public decimal? Limit { get; init; }

    public decimal? LimitRemaining { get; init; }

    public string? LimitReset { get; init; }

    public decimal Usage { get; init; }

    public decimal UsageDaily { get; init; }

    public decimal UsageWeekly { get; init; }

    public decimal UsageMonthly { get; init; }

    public required DateTime CreatedAt { get; init; }

    public DateTime? UpdatedAt { get; init; }

    public DateTime? ExpiresAt { get; init; }

    /// <param name="spent">The counters as of today.</param>
    public static KeyListing Of(ApiKey key, SpendCounters spent) => new()
    {
        Hash = key.Hash.ToString(),
        Name = key.Name,
        Label = key.Label,
        Kind = key.Kind,
        Disabled = key.Disabled,
        AccountId = key.AccountId.ToString(),
        KeepsResponses = key.KeepsResponses,
        Limit = key.Limit?.ToUsd(),
        LimitRemaining = key.Limit is { } limit ? NanoUsd.Max(NanoUsd.Zero, limit - spent.In(key.Reset)).ToUsd() : null,
        LimitReset = key.Reset is Core.Accounts.LimitReset.None ? null : key.Reset.ToString().ToLowerInvariant(),
        Usage = spent.Total.ToUsd(),
        UsageDaily = spent.Daily.ToUsd(),
        UsageWeekly = spent.Weekly.ToUsd(),
        UsageMonthly = spent.Monthly.ToUsd(),
        CreatedAt = key.CreatedAt.UtcDateTime,
        UpdatedAt = key.UpdatedAt?.UtcDateTime,
        ExpiresAt = key.ExpiresAt?.UtcDateTime,
    };

    public static KeyListing Of(StoredKey stored, DateOnly today) => Of(stored.Key, stored.Spent.On(today));
}
