using System.Collections.Immutable;
using Turnpike.Core.Money;

namespace Turnpike.Core.Accounts;

/// <summary>What a key may do: call models, or manage the account. Never both.</summary>
public enum KeyKind
{
    Inference,
    Management,
}

/// <summary>When a key's credit limit starts anew: never, or at midnight UTC of each day, Monday, or first of the month.</summary>
public enum LimitReset
{
    None,
    Daily,
    Weekly,
    Monthly,
}

/// <summary>A key as the store keeps it. The text of the key is not here: it is shown once, when it is made.</summary>
public sealed record ApiKey
{
    public required KeyHash Hash { get; init; }

    public required AccountId AccountId { get; init; }

    public required string Name { get; init; }

    /// <summary>The recognisable remainder of the key's text.</summary>
    public required string Label { get; init; }

    public required KeyKind Kind { get; init; }

    public bool Disabled { get; init; }

    /// <summary>The most that this key may spend per <see cref="Reset"/> period; null is no limit.</summary>
    public NanoUsd? Limit { get; init; }

    public LimitReset Reset { get; init; }

    public bool IncludeByokInLimit { get; init; }

    /// <summary>A <c>provider</c> object, as JSON, that holds for every request of this key; null is none.</summary>
    public string? ProviderDefaults { get; init; }

    /// <summary>What is done with a stream of this key that breaks, where the request does not say: one of <see cref="RescueWords"/>; null for
    /// what the configuration says.</summary>
    public string? Rescue { get; init; }

    public static ImmutableArray<string> RescueWords { get; } = ["off", "error", "continue", "restart"];

    /// <summary>Responses to this key's requests are kept, where the operator lets them be and the request does not say otherwise; else only those
    /// that are asked to be.</summary>
    public bool KeepsResponses { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}
