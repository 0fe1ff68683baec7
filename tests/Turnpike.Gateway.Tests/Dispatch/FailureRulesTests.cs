using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dispatch;
using Turnpike.Gateway.Dispatch.Faults;

namespace Turnpike.Gateway.Tests.Dispatch;

/// <summary>One row for each kind of failure: how it is recognised, and what follows.</summary>
public sealed class FailureRulesTests
{
    [Theory]
    [InlineData(400, "temperature is out of range", null, "Caller")]
    [InlineData(422, "unknown field", null, "Caller")]
    [InlineData(400, "registry.ollama.ai/library/x does not support tools", null, "Lacking")]
    [InlineData(400, "Unsupported parameter: 'max_tokens'", "unsupported_parameter", "Lacking")]
    [InlineData(422, "Extra inputs are not permitted", "extra_forbidden", "Lacking")]
    [InlineData(400, "parameter.enable_thinking must be set to false for non-streaming calls", "invalid_parameter_error", "Lacking")]
    [InlineData(400, "invalid temperature: only 1 is allowed for this model", null, "Lacking")]
    [InlineData(400, "thinking is enabled but reasoning_content is missing in assistant tool call message at index 2", null, "Lacking")]
    [InlineData(400, "The `reasoning_content` in the thinking mode must be passed back to the API.", "invalid_request_error", "Lacking")]
    [InlineData(400, "messages.1.assistant.reasoning_content: property 'messages.1.assistant.reasoning_content' is unsupported", "wrong_api_format", "Lacking")]
    [InlineData(400, "messages.0.content.0.pdf.source.base64.data: A maximum of 100 PDF pages may be provided.", null, "Lacking")]
    [InlineData(400, "You can't include more than 5 documents in a request.", null, "Lacking")]
    [InlineData(400, "messages.1.content.0: Invalid `signature` in `thinking` block", null, "Thoughts")]
    [InlineData(400, "messages.3.content.0: Invalid signature in thinking block", null, "Thoughts")]
    [InlineData(400, "`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.", null, "Thoughts")]
    [InlineData(400, "Corrupted thought signature.", null, "Thoughts")]
    [InlineData(400, "Unable to submit request because Thought signature is not valid.. Learn more", null, "Thoughts")]
    [InlineData(400, "The encrypted content gAAA...DQ== could not be verified.", "invalid_encrypted_content", "Thoughts")]
    [InlineData(400, "The encrypted content for item rs_03 could not be verified.", null, "Thoughts")]
    [InlineData(400, "Function call is missing a thought_signature in functionCall parts.", null, "Caller")]
    [InlineData(400, "prompt is too long: 210000 tokens > 200000 maximum", null, "ContextLength")]
    [InlineData(400, "x", "context_length_exceeded", "ContextLength")]
    [InlineData(400, "request (351 tokens) exceeds the available context size (256 tokens), try increasing it", null, "ContextLength")]
    [InlineData(400, "This model's maximum prompt length is 131072 but the request contains 537812 tokens.", null, "ContextLength")]
    [InlineData(400, "Input length 9000 exceeds the maximum allowed input length of 8192 tokens.", null, "ContextLength")]
    [InlineData(400, "Invalid request: Your request exceeded model token limit: 131072", null, "ContextLength")]
    [InlineData(400, "Please reduce the length of the messages or completion.", null, "ContextLength")]
    [InlineData(400, "Request payload size exceeds the limit: 20971520 bytes.", null, "Lacking")]
    [InlineData(413, "Request exceeds the maximum size", null, "Lacking")]
    [InlineData(400, "Penalty is not enabled for this model", null, "Lacking")]
    [InlineData(400, "Requests with max_tokens > 4096 must have stream=true", "BAD_REQUEST", "Lacking")]
    [InlineData(400, "\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set", "400", "Lacking")]
    [InlineData(500, "insufficient balance (1008)", null, "ProviderBilling")]
    [InlineData(400, "x", "content_policy_violation", "ContentPolicy")]
    [InlineData(403, "Your input was flagged", null, "ContentPolicy")]
    [InlineData(403, "Content violates usage guidelines. Team: t1, API key ID: k1, Failed check: BIO", "no permission", "ContentPolicy")]
    [InlineData(400, "Failed to call a function", "tool_use_failed", "Garbage")]
    [InlineData(400, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193", null, "ContextLength")]
    [InlineData(401, "bad key", null, "Credentials")]
    [InlineData(403, "no access", null, "Credentials")]
    [InlineData(400, "API key not valid. Please pass a valid API key.", null, "Credentials")]
    [InlineData(402, "pay", null, "ProviderBilling")]
    [InlineData(400, "Your credit balance is too low", null, "ProviderBilling")]
    [InlineData(400, "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.", null, "ProviderBilling")]
    [InlineData(400, "Billing hard limit has been reached", "billing_hard_limit_reached", "ProviderBilling")]
    [InlineData(400, "The free tier is not available in your country. Please enable billing on your project.", null, "ProviderBilling")]
    [InlineData(400, "Invalid schema for function 'get_billing_history': 'properties' is missing.", "invalid_function_parameters", "Caller")]
    [InlineData(403, "This API method requires billing to be enabled.", null, "ProviderBilling")]
    [InlineData(429, "You exceeded your current quota", "insufficient_quota", "ProviderBilling")]
    [InlineData(429, "Check the billing of your account.", null, "ProviderBilling")]
    [InlineData(429, "Your prepayment credits are depleted.", null, "ProviderBilling")]
    [InlineData(429, "slow down", null, "RateLimit")]
    [InlineData(429, "Rate limit reached for model `m` on tokens per minute (TPM): Limit 6000, Used 5034, Requested 1443. Need more tokens? Upgrade at https://console.groq.com/settings/billing", "rate_limit_exceeded", "RateLimit")]
    [InlineData(413, "Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 14368. Need more tokens? Upgrade at https://console.groq.com/settings/billing", "rate_limit_exceeded", "Lacking")]
    [InlineData(404, "no such model", null, "ModelGone")]
    [InlineData(400, "Invocation of model ID x with on-demand throughput isn\u2019t supported.", null, "ModelGone")]
    [InlineData(400, "Invalid model: mistral-x", "1500", "ModelGone")]
    [InlineData(503, "busy", null, "Overload")]
    [InlineData(529, "overloaded", null, "Overload")]
    [InlineData(500, "oops", null, "Server")]
    [InlineData(502, "oops", null, "Server")]
    [InlineData(504, "late", null, "TimedOut")]
    [InlineData(408, "late", null, "TimedOut")]
    public void A_refusal_is_known_by_status_code_and_words(int status, string message, string? code, string kind) =>
        Assert.Equal(kind, UpstreamFailure.FromStatus("p", status, new(message, code, Type: null, Status: null), retryAfter: null).Kind.ToString());

    [Theory]
    [InlineData("IncompleteSignature")]
    [InlineData("NotAuthorized")]
    [InlineData("RequestExpired")]
    [InlineData("ExpiredTokenException")]
    public void A_signature_that_AWS_refuses_with_400_is_no_fault_of_the_callers(string type) =>
        Assert.Equal(FailureKind.Credentials, UpstreamFailure.FromStatus("p", 400, new("x", null, type, Status: null), retryAfter: null).Kind);

    [Theory]
    [InlineData("credit_balance_exhausted")]
    [InlineData("project_spend_limit_exceeded")]
    [InlineData("organization_spend_limit_exceeded")]
    [InlineData("organization_usage_limit_exceeded")]
    [InlineData("enforced_spend_limit_reached")]
    public void What_an_account_may_not_spend_any_more_is_a_bill_by_its_code(string code) =>
        Assert.Equal(FailureKind.ProviderBilling, UpstreamFailure.FromStatus("p", 429, new("x", code, "rate_limit_error", Status: null), TimeSpan.FromSeconds(20)).Kind);

    [Theory]
    [InlineData("engine_overloaded_error", "Overload")]
    [InlineData("exceeded_current_quota_error", "ProviderBilling")]
    [InlineData("rate_limit_reached_error", "RateLimit")]
    public void Too_many_requests_are_told_apart_by_their_type(string type, string kind) =>
        Assert.Equal(kind, UpstreamFailure.FromStatus("p", 429, new("x", null, type, 429), retryAfter: null).Kind.ToString());

    [Fact]
    public void What_names_the_gateways_key_is_not_told()
    {
        var error = UpstreamFailure.FromStatus("p", 403, new("Content violates usage guidelines. Team: t1, API key ID: k1, Model: m", null, null, 403), retryAfter: null).Error;

        Assert.Equal(("Content violates usage guidelines.", "Content violates usage guidelines."), (error.Message, error.ProviderMessage));
    }

    [Fact]
    public void A_quota_that_says_when_it_is_there_again_is_a_rate_limit()
    {
        var failure = UpstreamFailure.FromStatus(
            "p", 429, new("You exceeded your current quota", null, "RESOURCE_EXHAUSTED", 429) { RetryAfter = TimeSpan.FromSeconds(34.4) }, retryAfter: null);

        Assert.Equal((FailureKind.RateLimit, TimeSpan.FromSeconds(34.4)), (failure.Kind, failure.RetryAfter));
    }

    /// <summary>Google says the same words of a minute's limit as of an unpaid bill.</summary>
    [Theory]
    [InlineData(null, null, 20, "RateLimit")]
    [InlineData(null, "RESOURCE_EXHAUSTED", null, "RateLimit")]
    [InlineData(null, null, null, "ProviderBilling")]
    [InlineData("insufficient_quota", null, 20, "ProviderBilling")]
    public void Words_of_a_quota_are_a_bill_only_where_nothing_says_otherwise(string? code, string? type, int? seconds, string kind) =>
        Assert.Equal(kind, UpstreamFailure.FromStatus(
            "p", 429, new("You exceeded your current quota, please check your plan and billing details.", code, type, 429), seconds is { } wait ? TimeSpan.FromSeconds(wait) : null).Kind.ToString());

    [Fact]
    public void A_quota_of_the_day_is_neither_a_short_limit_nor_a_bill()
    {
        var failure = UpstreamFailure.FromStatus("p", 429, new("You exceeded your current quota", null, "RESOURCE_EXHAUSTED", 429) { IsOfDay = true }, TimeSpan.FromHours(5));

        Assert.Equal((FailureKind.DayLimit, TimeSpan.FromHours(5)), (failure.Kind, failure.RetryAfter));
    }

    [Theory]
    [InlineData("2026-01-10T07:59:00Z", 1)]
    [InlineData("2026-01-10T08:00:00Z", 1440)]
    [InlineData("2026-07-10T20:00:00Z", 720)]
    public void The_day_of_a_provider_turns_at_eight_of_universal_time(string now, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), ProviderDay.LeftAt(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void A_precondition_of_googles_is_the_gateways_own_to_meet() =>
        Assert.Equal(FailureKind.Credentials, UpstreamFailure.FromStatus(
            "p", 400, new("User location is not supported for the API use.", null, "FAILED_PRECONDITION", 400), retryAfter: null).Kind);

    [Theory]
    [InlineData("Caller", "No", "None", "None", false)]
    [InlineData("ContextLength", "No", "LongerContext", "None", false)]
    [InlineData("ContentPolicy", "No", "Model", "None", false)]
    [InlineData("Unsaid", "No", "Endpoint", "None", false)]
    [InlineData("Lacking", "No", "Endpoint", "None", false)]
    [InlineData("Thoughts", "WithoutThoughts", "Endpoint", "None", false)]
    [InlineData("Credentials", "No", "Provider", "Fault", true)]
    [InlineData("ProviderBilling", "No", "Provider", "Fault", true)]
    [InlineData("ModelGone", "No", "Endpoint", "Fault", false)]
    [InlineData("RateLimit", "WhenAlone", "Endpoint", "RateLimited", false)]
    [InlineData("DayLimit", "No", "Endpoint", "RateLimited", false)]
    [InlineData("Overload", "WhenAlone", "Endpoint", "Fault", false)]
    [InlineData("Server", "WhenAlone", "Endpoint", "Fault", false)]
    [InlineData("Garbage", "WhenAlone", "Endpoint", "Fault", false)]
    [InlineData("Network", "AtOnce", "Endpoint", "Fault", false)]
    [InlineData("TimedOut", "No", "Endpoint", "Fault", false)]
    public void Whose_fault_it_is_decides_what_happens(string kind, string same, string next, string health, bool pausesProvider)
    {
        var rule = FailureRules.For(Enum.Parse<FailureKind>(kind));

        Assert.Equal((same, next, health, pausesProvider), (rule.Same.ToString(), rule.Next.ToString(), rule.Health.ToString(), rule.PausesProvider));
    }

    [Fact]
    public void The_table_has_a_row_for_every_kind() =>
        Assert.All(Enum.GetValues<FailureKind>(), static k => Assert.NotNull(FailureRules.For(k)));
}
