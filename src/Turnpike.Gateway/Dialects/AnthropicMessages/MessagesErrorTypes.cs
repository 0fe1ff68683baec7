using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Errors in the words of the Messages API.</summary>
internal static class MessagesErrorTypes
{
    /// <summary>The status for a provider, or us, with too much to do. It is Anthropic's own.</summary>
    private const int Overloaded = 529;

    private const string TooLong = "prompt is too long";

    public static int StatusOf(GatewayError error) => error.Type == ErrorTypes.ProviderOverloaded ? Overloaded : error.Status;

    /// <summary>What is said of an error. That a prompt is too long, agents know by Anthropic's words, and shorten it then.</summary>
    public static string MessageOf(GatewayError error) =>
        error.Type != ErrorTypes.ContextLengthExceeded || error.Message.Contains(TooLong, StringComparison.OrdinalIgnoreCase) ? error.Message
        : $"{TooLong}: {error.Message}";

    /// <summary>The type of an error.</summary>
    public static string Of(GatewayError error) => StatusOf(error) switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 or Overloaded => "overloaded_error",
        408 or 504 => "timeout_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };
}
