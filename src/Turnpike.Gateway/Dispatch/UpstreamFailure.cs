using System.Globalization;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dispatch.Faults;

namespace Turnpike.Gateway.Dispatch;

/// <summary>An attempt that gave no content: what to tell if it was the last, and of what kind it is.</summary>
/// <param name="Status">The provider's status; 0 when there was none.</param>
internal sealed record UpstreamFailure(GatewayError Error, int Status, FailureKind Kind)
{
    /// <summary>How long the provider asked to be left alone; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Why the gateway's own credentials are of no use, for its operator; null where that is not known, or not why.</summary>
    public string? Reason { get; init; }

    /// <summary>The provider answered with an error status.</summary>
    /// <param name="retryAfter">What the headers say; else the body may.</param>
    public static UpstreamFailure FromStatus(string provider, int status, ProviderErrorBody body, TimeSpan? retryAfter)
    {
        retryAfter ??= body.RetryAfter is { } wait ? Sane(wait) : null;
        var kind = FailureReading.KindOf(status, body, isTimed: retryAfter is not null);
        var error = (kind switch
        {
            FailureKind.Caller or FailureKind.ContextLength or FailureKind.ContentPolicy or FailureKind.Lacking or FailureKind.Thoughts =>
                GatewayErrors.ProviderRejected(provider, status is 403 or 413 or 422 ? status : 400, FailureReading.TypeOf(kind, status), WithoutKey(body.Message)),
            FailureKind.RateLimit or FailureKind.DayLimit => GatewayErrors.ProviderRateLimited(provider, retryAfter),
            FailureKind.Overload => GatewayErrors.ProviderOverloaded(provider, retryAfter),
            FailureKind.TimedOut => GatewayErrors.ProviderTimeout(provider, "took too long"),
            FailureKind.ProviderBilling => GatewayErrors.ProviderUnavailable(provider, "it refused to serve the gateway's own account."),
            FailureKind.Credentials => GatewayErrors.ProviderUnavailable(provider, "it refused the gateway's own credentials."),
            FailureKind.ModelGone => GatewayErrors.ProviderUnavailable(provider, "it does not know the model or the address."),
            FailureKind.Server when body.IsEnd => GatewayErrors.ProviderUnavailable(provider, $"its answer ended with '{body.Code}'."),
            FailureKind.Server or FailureKind.Network or FailureKind.Garbage or FailureKind.Unsaid =>
                GatewayErrors.ProviderUnavailable(provider, string.Create(CultureInfo.InvariantCulture, $"it answered with status {status}.")),
            _ => throw new System.Diagnostics.UnreachableException(),
        }) with
        {
            ProviderCode = body.Code ?? body.Type ?? status.ToString(CultureInfo.InvariantCulture),
            // What it says of the gateway's own key or bill is the operator's business; some name the key.
            ProviderMessage = kind is FailureKind.Credentials or FailureKind.ProviderBilling ? null : WithoutKey(body.Message),
        };
        return new(error, status, kind) { RetryAfter = retryAfter };
    }

    /// <summary>An error that came where an answer should have been (after status 200).</summary>
    public static UpstreamFailure FromBody(string provider, ProviderErrorBody body) =>
        FromStatus(provider, body.Status ?? FailureReading.StatusOf(body), body, retryAfter: null);

    /// <summary>No connection, or one that broke.</summary>
    public static UpstreamFailure Unreachable(string provider, string detail) =>
        new(GatewayErrors.ProviderUnavailable(provider, detail), 0, FailureKind.Network);

    /// <summary>The request was not sent: the gateway's own credentials got no access.</summary>
    public static UpstreamFailure Unsigned(string provider, string? reason) =>
        new(GatewayErrors.ProviderUnavailable(provider, "the gateway's own credentials got no access."), 0, FailureKind.Credentials) { Reason = reason };

    /// <summary>What came is no answer.</summary>
    public static UpstreamFailure Unusable(string provider, string detail) =>
        new(GatewayErrors.ProviderUnavailable(provider, detail), 200, FailureKind.Garbage);

    /// <summary>Its filter left nothing of the answer.</summary>
    public static UpstreamFailure Filtered(string provider) => new(
        GatewayErrors.ProviderRejected(provider, 400, ErrorTypes.ContentPolicyViolation, "Its filter left nothing of the answer."), 200, FailureKind.ContentPolicy);

    public static UpstreamFailure TimedOut(string provider, string what) => new(GatewayErrors.ProviderTimeout(provider, what), 0, FailureKind.TimedOut);

    // Some name the gateway's key in what they say of a prompt, too.
    private static string WithoutKey(string message) => message.IndexOf("API key", StringComparison.OrdinalIgnoreCase) is >= 0 and var at
        ? message[..(message.LastIndexOf(". ", at, StringComparison.Ordinal) + 1)] is { Length: > 0 } before ? before : "The provider gave no reason."
        : message;

    private static TimeSpan? Sane(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait;
}
