using System.Collections.Frozen;
using System.Collections.Immutable;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Telemetry;

/// <summary>The error types that series are kept for. A word that is not among them is counted as <c>other</c>, so that nothing a
/// provider or a caller says makes a new series.</summary>
internal static class ErrorTypeIndex
{
    public static ImmutableArray<string> Names { get; } =
    [
        ErrorTypes.ContextLengthExceeded, ErrorTypes.MaxTokensExceeded, ErrorTypes.InvalidRequest, ErrorTypes.ContentPolicyViolation,
        ErrorTypes.Authentication, ErrorTypes.PaymentRequired, ErrorTypes.PermissionDenied, ErrorTypes.NotFound, ErrorTypes.PayloadTooLarge,
        ErrorTypes.Unprocessable, ErrorTypes.RateLimitExceeded, ErrorTypes.Server, ErrorTypes.Unmapped, ErrorTypes.ProviderUnavailable,
        ErrorTypes.ProviderOverloaded, ErrorTypes.Timeout, "other",
    ];

    private static readonly FrozenDictionary<string, int> ByName =
        Names.Select(static (name, i) => KeyValuePair.Create(name, i)).ToFrozenDictionary(StringComparer.Ordinal);

    public static int Of(string errorType) => ByName.TryGetValue(errorType, out var index) ? index : Names.Length - 1;
}
