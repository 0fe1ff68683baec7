using System.Collections.Immutable;

namespace Turnpike.Core.Errors;

/// <summary>Whose fault an error is.</summary>
public enum Fault
{
    Caller,
    Provider,
    Us,
}

/// <summary>An error as callers get it. All kinds stand in <see cref="GatewayErrors"/>; surfaces write them in their API's own shape.</summary>
public sealed record GatewayError
{
    /// <summary>The HTTP status, and <c>error.code</c>.</summary>
    public required int Status { get; init; }

    /// <summary>One of <see cref="ErrorTypes"/>.</summary>
    public required string Type { get; init; }

    public required Fault Fault { get; init; }

    /// <summary>One sentence that says what is wrong, and one that says what to do.</summary>
    public required string Message { get; init; }

    /// <summary>The provider's own code, where a provider failed.</summary>
    public string? ProviderCode { get; init; }

    public string? ProviderName { get; init; }

    /// <summary>The provider's own error text, bounded; shown in <c>metadata.raw</c>.</summary>
    public string? ProviderMessage { get; init; }

    /// <summary>The request field that is wrong, where one is.</summary>
    public string? Param { get; init; }

    /// <summary>Always set on 429.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public Availability? Availability { get; init; }

    /// <summary>The attempts that failed before the one that this error tells of.</summary>
    public ImmutableArray<PreviousError> PreviousErrors { get; init; } = [];

    /// <summary>The limit that was hit, for the <c>X-RateLimit-*</c> headers.</summary>
    public RateLimitState? RateLimit { get; init; }

    /// <summary>Set where a prompt was flagged.</summary>
    public ModerationFlag? Flag { get; init; }

    /// <summary>How the request was routed, as JSON; empty where the caller did not ask to be told.</summary>
    public ReadOnlyMemory<byte> RouteMetadata { get; init; }
}

/// <summary>Why no endpoint could serve (section e.4 of the OpenRouter contract).</summary>
public sealed record Availability(string Code, bool Retryable)
{
    public ImmutableArray<string> RequestedModels { get; init; } = [];

    public ImmutableArray<string> AffectedProviders { get; init; } = [];

    public ImmutableArray<string> ExcludedBy { get; init; } = [];

    /// <summary>The field to change first, and what is wrong with it; null where there is none.</summary>
    public Constraint? Constraint { get; init; }

    /// <summary>Names that the caller may have meant.</summary>
    public ImmutableArray<string> FallbackModels { get; init; } = [];
}

/// <summary>A field of the request (or of a key's or account's defaults) that left no endpoint.</summary>
public sealed record Constraint(string Field, string Detail);

/// <summary>An attempt that failed.</summary>
public sealed record PreviousError(string Provider, string Code, int Status);

/// <summary>A request limit: how many in the period, how many are left, when it starts anew.</summary>
public sealed record RateLimitState(int Limit, int Remaining, DateTimeOffset ResetAt);
