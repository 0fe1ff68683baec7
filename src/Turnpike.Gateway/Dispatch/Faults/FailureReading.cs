using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;

namespace Turnpike.Gateway.Dispatch.Faults;

/// <summary>Reads of a provider's refusal of what kind it is: from its status, its codes, and, where these say too little, its words.</summary>
internal static class FailureReading
{
    private const string RateLimitCode = "rate_limit_exceeded";

    // In the words of many providers; each was met in a recorded answer or in a provider's documentation.
    private static readonly string[] TooLong =
    [
        "context length", "context_length", "maximum context", "prompt is too long", "input is too long", "too many tokens",
        "exceeds the maximum number of tokens", "maximum number of tokens allowed", "context window", "max_prompt_tokens", "`inputs` tokens + `max_new_tokens`",
        "available context size", "maximum prompt length", "maximum allowed input length", "exceeded model token limit", "reduce the length of the messages",
    ];

    private static readonly string[] Bill =
    [
        "credit balance", "insufficient balance", "insufficient_quota", "insufficient credit", "exceeded your current quota",
        "exceeded_current_quota", "payment required", "account is not active", "out of credits", "credits are depleted",
        "api usage limits", "billing hard limit", "enable billing",
    ];

    // Of a request that is refused for what stands in it this may be the name of a tool; the statuses of keys and limits say nothing of it.
    private static readonly string[] BillOfAccount = [.. Bill, "billing"];

    // Of what was asked something is not to be had there; another endpoint may have it.
    private static readonly string[] Lacking =
    [
        "does not support", "doesn't support", "not supported", "unsupported parameter", "unsupported value", "unsupported_parameter", "unsupported_value",
        "is unsupported", "extra inputs are not permitted", "extra_forbidden", "unrecognized request argument", "unknown parameter", "unknown_parameter", "unknown name",
        "for non-streaming calls", "is allowed for this model", "reasoning_content is missing", "must be passed back to the API",
        "payload size exceeds", "is not enabled for", "must have stream=true", "--enable-auto-tool-choice", "pdf pages may be provided", "can't include more than",
    ];

    // Anthropic's, with and without its marks; Google's two; OpenAI's.
    private static readonly string[] Thoughts =
    [
        "`signature` in `thinking`", "signature in thinking", "blocks in the latest assistant message cannot be modified",
        "corrupted thought signature", "invalid thought signature", "thought signature is not valid",
        "invalid_encrypted_content", "encrypted content for item", "encrypted content could not be",
    ];

    private static readonly string[] Gone = ["on-demand throughput isn", "model identifier is invalid", "invalid model"];

    /// <param name="isTimed">The provider says when to come back.</param>
    public static FailureKind KindOf(int status, ProviderErrorBody body, bool isTimed) => status switch
    {
        429 when body.IsOfDay => FailureKind.DayLimit,
        429 when body.Type == "engine_overloaded_error" => FailureKind.Overload,
        429 => IsBillByCode(body) || (Says(body, BillOfAccount) && !isTimed && !IsLimit(body)) ? FailureKind.ProviderBilling : FailureKind.RateLimit,
        402 => FailureKind.ProviderBilling,
        401 or 498 => FailureKind.Credentials,
        403 => IsPolicy(body) ? FailureKind.ContentPolicy : IsBill(body, BillOfAccount) ? FailureKind.ProviderBilling : FailureKind.Credentials,
        404 or 410 => FailureKind.ModelGone,
        408 or 504 or 524 => FailureKind.TimedOut,
        424 or 503 or 529 => FailureKind.Overload,
        413 => OfRequest(body, FailureKind.Lacking), // how much is taken differs from provider to provider
        400 or 422 => OfRequest(body, FailureKind.Caller),
        >= 400 and < 500 => FailureKind.Server, // a status that no provider documents is no verdict on the request
        500 when body.Message.Contains("insufficient balance", StringComparison.OrdinalIgnoreCase) => FailureKind.ProviderBilling, // MiniMax
        _ => FailureKind.Server,
    };

    /// <summary>The status that an error without one has, by its type or code.</summary>
    public static int StatusOf(ProviderErrorBody body) => StatusOf(body.Type) ?? StatusOf(body.Code) ?? 502;

    private static int? StatusOf(string? word) => word switch
    {
        RateLimitCode or "rate_limit_error" or "insufficient_quota" or "RESOURCE_EXHAUSTED" or "throttlingException" => 429,
        "overloaded_error" or "overloaded" or "UNAVAILABLE" or "serviceUnavailableException" => 503,
        "invalid_request_error" or "context_length_exceeded" or "INVALID_ARGUMENT" or "validationException" or "content_filter" or "content_policy_violation" => 400,
        "authentication_error" or "UNAUTHENTICATED" or "invalid_api_key" => 401,
        "billing_error" => 402,
        "permission_error" or "PERMISSION_DENIED" => 403,
        "not_found_error" or "model_not_found" => 404,
        "timeout_error" or "DEADLINE_EXCEEDED" or "modelTimeoutException" => 504,
        _ => null,
    };

    private static FailureKind OfRequest(ProviderErrorBody body, FailureKind otherwise) =>
        body.Code == RateLimitCode ? FailureKind.Lacking // more tokens than the plan has in a minute: never to be had there
        : IsBill(body, Bill) ? FailureKind.ProviderBilling
        : body.Code == "tool_use_failed" ? FailureKind.Garbage // the model's own call could not be read; it may do better
        : body.Type == "ServiceQuotaExceededException" ? FailureKind.RateLimit
        : Says(body, Gone) ? FailureKind.ModelGone
        : body.Code is "context_length_exceeded" or "string_above_max_length" || Says(body, TooLong) ? FailureKind.ContextLength
        : IsPolicy(body) ? FailureKind.ContentPolicy
        : body.Code is "API_KEY_INVALID" or "invalid_api_key" || body.Type == "FAILED_PRECONDITION" || IsUnsigned(body) || body.Message.Contains("API key not valid", StringComparison.OrdinalIgnoreCase) ? FailureKind.Credentials
        : Says(body, Thoughts) ? FailureKind.Thoughts
        : Says(body, Lacking) ? FailureKind.Lacking
        : otherwise;

    // AWS answers some faults of a signature with 400.
    private static bool IsUnsigned(ProviderErrorBody body) => body.Type is "IncompleteSignature" or "IncompleteSignatureException" or "NotAuthorized" or "NotAuthorizedException"
        or "RequestExpired" or "RequestExpiredException" or "ExpiredTokenException" or "UnrecognizedClientException" or "InvalidSignatureException";

    private static bool IsPolicy(ProviderErrorBody body) =>
        body.Code is "content_policy_violation" or "image_content_policy_violation" or "bio_policy" or "cyber_policy" or "content_filter" or "moderation_blocked" or "ResponsibleAIPolicyViolation" || body.Type is "content_policy_violation" or "content_filter"
        || body.Message.Contains("content management policy", StringComparison.OrdinalIgnoreCase)
        || body.Message.Contains("content policy", StringComparison.OrdinalIgnoreCase)
        || body.Message.Contains("usage guidelines", StringComparison.OrdinalIgnoreCase)
        || body.Message.Contains("flagged", StringComparison.OrdinalIgnoreCase);

    private static bool IsBill(ProviderErrorBody body, string[] words) => IsBillByCode(body) || Says(body, words);

    // Of the minute's limit Google says to check one's plan and billing, too, and Groq where more may be bought.
    private static bool IsLimit(ProviderErrorBody body) =>
        body.Code == RateLimitCode
        || (body.Type == "RESOURCE_EXHAUSTED" && body.Message.Contains("exceeded your current quota", StringComparison.OrdinalIgnoreCase));

    private static bool IsBillByCode(ProviderErrorBody body) =>
        body.Type is "insufficient_quota" or "billing_error" or "exceeded_current_quota_error" || body.Code is "insufficient_quota" or "billing_not_active" or "billing_hard_limit_reached"
            or "credit_balance_exhausted" or "project_spend_limit_exceeded" or "organization_spend_limit_exceeded" or "organization_usage_limit_exceeded"
            or "enforced_spend_limit_reached";

    private static bool Says(ProviderErrorBody body, string[] words) =>
        Array.Exists(words, w => body.Message.Contains(w, StringComparison.OrdinalIgnoreCase) || body.Code?.Contains(w, StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>The error type (section e.3) of a refusal that is the caller's to mend.</summary>
    public static string TypeOf(FailureKind kind, int status) => kind switch
    {
        FailureKind.ContextLength => ErrorTypes.ContextLengthExceeded,
        FailureKind.ContentPolicy => ErrorTypes.ContentPolicyViolation,
        _ => status switch
        {
            413 => ErrorTypes.PayloadTooLarge,
            422 => ErrorTypes.Unprocessable,
            _ => ErrorTypes.InvalidRequest,
        },
    };
}
