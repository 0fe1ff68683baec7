using System.Globalization;
using System.Net.Http.Headers;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;

namespace Turnpike.Gateway.Dispatch;

/// <summary>An attempt that gave no content: what to tell if it was the last, and whether another endpoint may do better.</summary>
/// <param name="Status">The provider's status; 0 when there was none.</param>
internal sealed record UpstreamFailure(GatewayError Error, int Status, bool MayTryNext)
{
    /// <summary>The provider answered with an error status.</summary>
    public static UpstreamFailure FromStatus(string provider, int status, ProviderErrorBody body, TimeSpan? retryAfter)
    {
        var error = (status switch
        {
            429 => GatewayErrors.ProviderRateLimited(provider, retryAfter),
            503 or 529 => GatewayErrors.ProviderOverloaded(provider, retryAfter),
            408 or 504 or 524 => GatewayErrors.ProviderTimeout(provider, "took too long"),
            400 or 413 or 422 when !IsOurBill(body) => GatewayErrors.ProviderRejected(provider, status, RejectionType(status, body), body.Message),
            _ => GatewayErrors.ProviderUnavailable(provider, Detail(status)),
        }) with
        {
            ProviderCode = body.Code ?? body.Type ?? status.ToString(CultureInfo.InvariantCulture),
            ProviderMessage = body.Message,
        };
        return new(error, status, MayTryNext: error.Fault != Fault.Caller);
    }

    /// <summary>An error that came where an answer should have been (after status 200).</summary>
    public static UpstreamFailure FromBody(string provider, ProviderErrorBody body) =>
        FromStatus(provider, body.Status ?? StatusOf(body), body, retryAfter: null);

    public static UpstreamFailure Unusable(string provider, int status, string detail) =>
        new(GatewayErrors.ProviderUnavailable(provider, detail), status, MayTryNext: true);

    public static UpstreamFailure TimedOut(string provider, string what) => new(GatewayErrors.ProviderTimeout(provider, what), 0, MayTryNext: true);

    /// <summary>How long to wait, from <c>Retry-After</c>: seconds or a date. Null when the header says nothing of use.</summary>
    public static TimeSpan? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now) => headers.RetryAfter switch
    {
        { Delta: { } delta } => Sane(delta),
        { Date: { } date } => Sane(date - now),
        _ => null,
    };

    private static TimeSpan? Sane(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait;

    // A provider's "your credit balance is too low" is the operator's affair, not the caller's.
    private static bool IsOurBill(ProviderErrorBody body) =>
        body.Type is "insufficient_quota" or "billing_error" || body.Code is "insufficient_quota" or "billing_not_active"
        || body.Message.Contains("credit balance", StringComparison.OrdinalIgnoreCase);

    private static string RejectionType(int status, ProviderErrorBody body) =>
        status == 413 ? ErrorTypes.PayloadTooLarge
        : status == 422 ? ErrorTypes.Unprocessable
        : body.Code == "context_length_exceeded" || body.Message.Contains("context length", StringComparison.OrdinalIgnoreCase) ? ErrorTypes.ContextLengthExceeded
        : body.Code is "content_policy_violation" or "content_filter" ? ErrorTypes.ContentPolicyViolation
        : ErrorTypes.InvalidRequest;

    private static int StatusOf(ProviderErrorBody body) => (body.Type ?? body.Code) switch
    {
        "rate_limit_exceeded" or "rate_limit_error" or "insufficient_quota" => 429,
        "overloaded_error" or "overloaded" => 503,
        "invalid_request_error" or "context_length_exceeded" => 400,
        _ => 502,
    };

    private static string Detail(int status) => status switch
    {
        401 or 403 => "it refused the gateway's own credentials.",
        402 => "it refused to serve the gateway's own account.",
        404 => "it does not know the model or the address.",
        _ => string.Create(CultureInfo.InvariantCulture, $"it answered with status {status}."),
    };
}
