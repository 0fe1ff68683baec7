using System.Collections.Immutable;
using Turnpike.Core.Accounts;
using Turnpike.Core.Money;

namespace Turnpike.Core.Inference;

/// <summary>What is kept of one answered request: who, what, where, when, how much. Never the prompt or the answer.</summary>
/// <remarks>Written once, at settlement, in the same transaction as the entry that settles its hold.</remarks>
public sealed record GenerationRecord
{
    public required GenerationId Id { get; init; }

    public required AccountId AccountId { get; init; }

    public required KeyHash KeyHash { get; init; }

    /// <summary>When the request was admitted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The model that answered (or that was asked for, when none did), as callers name it.</summary>
    public required string Model { get; init; }

    /// <summary>Display name of the provider that answered; null when none did.</summary>
    public string? ProviderName { get; init; }

    public string? EndpointId { get; init; }

    /// <summary>The surface: <c>completions</c> for chat and text.</summary>
    public string ApiType { get; init; } = "completions";

    public bool Streamed { get; init; }

    /// <summary>The caller left, or we ended the stream, before the answer was whole.</summary>
    public bool Cancelled { get; init; }

    public string? FinishReason { get; init; }

    public string? NativeFinishReason { get; init; }

    public TokenUsage Usage { get; init; }

    public required BillingBasis Basis { get; init; }

    /// <summary>What the account paid.</summary>
    public NanoUsd Charged { get; init; }

    /// <summary>What the usage costs at the endpoint's prices; above <see cref="Charged"/> when the book could not collect all of it.</summary>
    public NanoUsd Cost { get; init; }

    public NanoUsd PromptCost { get; init; }

    /// <summary>From admission to the first content, milliseconds; null when none came.</summary>
    public int? LatencyMs { get; init; }

    /// <summary>From admission to the last byte, milliseconds.</summary>
    public int GenerationMs { get; init; }

    /// <summary>The provider's own id of the answer.</summary>
    public string? UpstreamId { get; init; }

    public string? ServiceTier { get; init; }

    /// <summary>The caller's <c>user</c> field.</summary>
    public string? ExternalUser { get; init; }

    public string? SessionId { get; init; }

    public string? HttpReferer { get; init; }

    public string? AppTitle { get; init; }

    public string? UserAgent { get; init; }

    public string? RequestId { get; init; }

    public int ImagesIn { get; init; }

    /// <summary>Why it failed, as an error type; null when it did not.</summary>
    public string? ErrorType { get; init; }

    /// <summary>Since when the prices are in force that it was billed by; null where the endpoint does not say.</summary>
    public string? PriceRow { get; init; }

    /// <summary>Null where there are none.</summary>
    public GenerationDetails? Details { get; init; }

    public ImmutableArray<Attempt> Attempts { get; init; } = [];
}
