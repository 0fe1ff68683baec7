using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Errors in the words of the Responses API.</summary>
internal static class ResponsesErrorCodes
{
    /// <summary>The code of an error.</summary>
    public static string Of(GatewayError error) => error.Status switch
    {
        401 => "invalid_api_key",
        402 => "insufficient_quota",
        403 => "permission_denied",
        404 when error is { Param: null, Availability: null } => "not_found", // no address, and nothing said of a model
        404 => error.Param == "response_id" ? "response_not_found" : "model_not_found",
        429 => "rate_limit_exceeded",
        >= 500 => "server_error",
        _ when error.Type == ErrorTypes.NotFound => "previous_response_not_found",
        _ when error.Type == ErrorTypes.ContextLengthExceeded => "context_length_exceeded",
        _ when error.Type == ErrorTypes.ContentPolicyViolation => "content_policy_violation",
        _ => "invalid_prompt",
    };
}
