using System.Collections.Immutable;
using System.Globalization;
using Turnpike.Core.Money;

namespace Turnpike.Core.Errors;

/// <summary>Every error that Turnpike tells its callers. One line a kind: status, type, whose fault, what to do.</summary>
public static class GatewayErrors
{
    /// <summary>What <c>Retry-After</c> says when nobody knows better (the seeds' default).</summary>
    public static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(60);

    public static GatewayError MissingKey { get; } = Caller(401, ErrorTypes.Authentication,
        "No API key was sent. Send the header 'Authorization: Bearer sk-or-v1-…'.");

    public static GatewayError UnknownKey { get; } = Caller(401, ErrorTypes.Authentication,
        "This API key is not known here. Check it for missing characters, or make a new one.");

    public static GatewayError DisabledKey { get; } = Caller(401, ErrorTypes.Authentication,
        "This API key is disabled. Enable it, or use another one.");

    public static GatewayError ExpiredKey { get; } = Caller(401, ErrorTypes.Authentication,
        "This API key has expired. Make a new one.");

    public static GatewayError ManagementKeyNeeded { get; } = Caller(403, ErrorTypes.PermissionDenied,
        "Only a management key can do this. Use the management key instead of the API key.");

    public static GatewayError InferenceKeyNeeded { get; } = Caller(403, ErrorTypes.PermissionDenied,
        "A management key cannot call models. Use an API key.");

    /// <param name="meant">The address that was probably meant; null where none is like it.</param>
    public static GatewayError NoSuchRoute(string? meant) => Caller(404, ErrorTypes.NotFound, meant is null
        ? "There is nothing at this address. The API stands at /api/v1 (and /v1); see its documentation for the operations."
        : $"There is nothing at this address. Did you mean {meant}? The base URL ends in /api/v1 (or /v1) for clients of OpenAI's API, and in /api (or nothing) for those of Anthropic's.");

    public static GatewayError NoCompaction { get; } = Caller(404, ErrorTypes.NotFound,
        "Conversations are not compacted here. Have a model summarise it, or send 'plugins': [{\"id\": \"context-compression\"}].");

    /// <summary>The prompt ends with an answer that was begun, and the model begins its own.</summary>
    public static GatewayError NoPrefill { get; } = InvalidField("messages", "ends with an assistant's message, which this model does not go on with.");

    public static GatewayError MethodNotAllowed { get; } = Caller(405, ErrorTypes.InvalidRequest,
        "This address does not take this HTTP method. The Allow header names those that it takes.");

    public static GatewayError Gone { get; } = Caller(410, ErrorTypes.NotFound,
        "Credit cannot be bought with coins any more. The operator grants it, with 'turnpike credits grant'.");

    public static GatewayError GenerationNotFound { get; } = Caller(404, ErrorTypes.NotFound,
        "There is no generation of that id in this account. Check the id; it is in the answer's 'id' and its X-Generation-Id header.");

    public static GatewayError ResponseNotFound { get; } = Caller(404, ErrorTypes.NotFound,
        "There is no response of that id that is stored for this key. Only answers to requests with 'store': true are, where the gateway is set up for it, and for a while.") with
    {
        Param = "response_id",
    };

    public static GatewayError PreviousResponseNotFound { get; } = Caller(400, ErrorTypes.NotFound,
        "'previous_response_id' names no response that is stored for this key. Send the id of an answer to a request with 'store': true, or the whole history as 'input'.") with
    {
        Param = "previous_response_id",
    };

    public static GatewayError RouteNotFound { get; } = Caller(404, ErrorTypes.NotFound,
        "The route of that generation is not known: check the id. Records are kept for 'routing.recordDays' days; POST /route/explain answers for a request that is not sent.");

    public static GatewayError IdempotencyConflict { get; } = Caller(422, ErrorTypes.Unprocessable,
        "This Idempotency-Key was used with another request. Repeat that request as it was, or choose another key.");

    public static GatewayError StreamNotKept { get; } = Caller(404, ErrorTypes.NotFound,
        "There is no stream of that id to go on with. Streams are kept for a while when they were asked for with an Idempotency-Key or 'X-Turnpike-Resumable: true'.");

    public static GatewayError ImageNotKept { get; } = Caller(404, ErrorTypes.NotFound,
        "There is no image at this address, or no longer. Images are kept for a while; ask for b64_json to have them at once.");

    public static GatewayError ReplayGone { get; } = Caller(404, ErrorTypes.NotFound,
        "What follows that event is not kept any more. GET /generation/{id} tells what became of the request.");

    public static GatewayError ReplayFull { get; } = Us(503, ErrorTypes.Server,
        "Too many answers are kept for repetition just now. Nothing was charged; try again shortly, or without Idempotency-Key.", TimeSpan.FromSeconds(1));

    public static GatewayError StoreUnavailable { get; } = Us(503, ErrorTypes.Server,
        "The gateway cannot reach its own storage just now. Nothing was charged; try again shortly.", TimeSpan.FromSeconds(1));

    public static GatewayError BookUnavailable { get; } = Us(503, ErrorTypes.Server,
        "The gateway cannot book requests just now. Nothing was charged; try again shortly.", TimeSpan.FromSeconds(1));

    public static GatewayError Draining { get; } = Us(503, ErrorTypes.Server,
        "The gateway is shutting down. Nothing more was charged; try again shortly.", TimeSpan.FromSeconds(1));

    public static GatewayError Internal { get; } = Us(500, ErrorTypes.Server,
        "The gateway failed. GET /api/v1/generation tells whether anything was charged; the operator finds the cause in the log under the request id.", null);

    public static GatewayError PluginFailed(string plugin, string detail) => new()
    {
        Status = 502,
        Type = ErrorTypes.ProviderUnavailable,
        Fault = Fault.Provider,
        Message = $"The plugin '{plugin}' failed: {detail} Try again, or leave the plugin out.",
    };

    public static GatewayError Flagged(ImmutableArray<string> reasons, string model) => Caller(403, ErrorTypes.ContentPolicyViolation,
        $"The prompt was flagged before it was sent to a model: {string.Join(", ", reasons)}. Change it.") with
    {
        Flag = new(reasons, model),
    };

    public static GatewayError MalformedJson(long line, long position, string detail) => Caller(400, ErrorTypes.InvalidRequest,
        Invariant($"The body is not valid JSON at line {line}, position {position}: {detail}"));

    public static GatewayError InvalidField(string field, string detail) => Caller(400, ErrorTypes.InvalidRequest, $"'{field}' {detail}") with
    {
        Param = field,
    };

    public static GatewayError WrongType(string field, string expected, string actual) => InvalidField(field, $"must be {expected}, but is {actual}.");

    public static GatewayError PayloadTooLarge(long bytesMax) => Caller(413, ErrorTypes.PayloadTooLarge,
        Invariant($"The body is larger than {bytesMax} bytes. Send less, or raise 'limits.bodyBytesMax'."));

    public static GatewayError EncodedBody(string encoding) => Caller(415, ErrorTypes.InvalidRequest,
        $"The body is encoded as '{Bounded(encoding, 40)}', by its 'Content-Encoding'. Send it as it is, without that header.");

    public static GatewayError RequestTimeout { get; } = Caller(408, ErrorTypes.Timeout,
        "The body did not arrive in time. Send it faster, or raise 'limits.bodyTimeout'.");

    public static GatewayError InsufficientCredit(NanoUsd needed, NanoUsd available) => Caller(402, ErrorTypes.PaymentRequired,
        $"This request needs up to ${needed} of credit, but ${available} is available: ${needed - available} is missing. Add credit, or lower max_tokens.");

    public static GatewayError InsufficientCreditToCount(NanoUsd needed) => Caller(402, ErrorTypes.PaymentRequired,
        $"To answer this prompt needs ${needed} of credit at least, which is not left, so that it is not counted either. Add credit, or raise the key's limit.");

    public static GatewayError InsufficientCreditForTokens(NanoUsd needed, NanoUsd available, long requested, long affordable) =>
        Caller(402, ErrorTypes.PaymentRequired, Invariant(
            $"This request needs more credit, or fewer max_tokens. You asked for up to {requested} tokens, but can afford {affordable}: ${needed} is needed, ${available} is available, ${needed - available} is missing."));

    public static GatewayError KeyLimitReached(NanoUsd needed, NanoUsd remaining) => Caller(402, ErrorTypes.PaymentRequired,
        $"This request needs up to ${needed}, but the limit of this key leaves ${remaining}: ${needed - remaining} is missing. Raise the key's limit, wait for its reset, or lower max_tokens.");

    public static GatewayError FreeLimitReached(RateLimitState state, string period, TimeSpan retryAfter) => Caller(429, ErrorTypes.RateLimitExceeded, Invariant(
        $"The limit of {state.Limit} requests a {period} to free models is used up. Wait {Math.Ceiling(retryAfter.TotalSeconds)} s, or use the paid model.")) with
    {
        RetryAfter = retryAfter,
        RateLimit = state,
    };

    public static GatewayError ModelNotFound(string model, ImmutableArray<string> near) => Caller(404, ErrorTypes.NotFound,
        near.IsEmpty
            ? $"There is no model '{model}' here. GET /api/v1/models lists those that there are."
            : $"There is no model '{model}' here. Did you mean {string.Join(" or ", near)}?") with
    {
        Param = "model",
        Availability = new("model_not_found", Retryable: false) { RequestedModels = [model], FallbackModels = near },
    };

    public static GatewayError NoImageModel(string model) => Caller(404, ErrorTypes.NotFound,
        $"'{model}' makes no images. GET /api/v1/images/models lists the models that do.") with
    {
        Param = "model",
        Availability = new("wrong_endpoint", Retryable: false) { RequestedModels = [model] },
    };

    public static GatewayError NothingToSelect(string router, string wanted) => Caller(404, ErrorTypes.NotFound,
        $"'{router}' found no model that can serve the request ({wanted}). Name a model, or relax the router's options.") with
    {
        Availability = new("model_not_found", Retryable: false) { RequestedModels = [router] },
    };

    public static GatewayError WrongModelKind(string model, string output) => InvalidField("model",
        $"is '{model}', which does not give {output}. Name a model whose output_modalities have '{output}'; GET /api/v1/models?output_modalities={output} lists them.") with
    {
        Availability = new("wrong_endpoint", Retryable: false) { RequestedModels = [model] },
    };

    public static GatewayError NoImagesTaken(string model) => InvalidField("model",
        $"is '{model}', which is not given images here: no endpoint of it takes them at a known price. Name a model that GET /api/v1/models?input_modalities=image&output_modalities=image lists, as openai/gpt-image-1.") with
    {
        Availability = new("wrong_endpoint", Retryable: false) { RequestedModels = [model] },
    };

    public static GatewayError NoConversations(string model, string outputs) => InvalidField("model",
        $"is '{model}', which has no conversations: it gives {outputs}. Ask it at the address for that, or name another model.") with
    {
        Availability = new("wrong_endpoint", Retryable: false) { RequestedModels = [model] },
    };

    public static GatewayError NoEndpoints(string model, ImmutableArray<string> excludedBy, string detail) => Caller(404, ErrorTypes.NotFound,
        $"No endpoint of '{model}' can serve this request. {detail}") with
    {
        Availability = new("no_endpoints", Retryable: false) { RequestedModels = [model], ExcludedBy = excludedBy },
    };

    public static GatewayError FreeVariantEnded(string model, string paid) => Caller(404, ErrorTypes.NotFound,
        $"There is no free variant '{model}' any more. Use '{paid}', which is paid, or another free model.") with
    {
        Param = "model",
        Availability = new("free_variant_ended", Retryable: false) { RequestedModels = [model], FallbackModels = [paid] },
    };

    public static GatewayError MaxCostTooLow(NanoUsd max, NanoUsd least) => Caller(400, ErrorTypes.InvalidRequest,
        $"'max_cost' is ${max}, but this request must set aside at least ${least} to begin (a token for each byte of the prompt, and one of output). Raise max_cost, or shorten the prompt.") with
    {
        Param = "max_cost",
    };

    public static GatewayError PresetNotFound(string preset) => Caller(404, ErrorTypes.NotFound,
        $"There is no preset '{preset}' here. GET /presets lists the account's; POST /presets/{{slug}}/chat/completions makes one.") with
    {
        Param = "preset",
    };

    /// <summary>A preset cannot be what it was told to be.</summary>
    public static GatewayError BadPreset(string fault) => Caller(400, ErrorTypes.InvalidRequest, $"The preset is not what a request can have: {fault}");

    public static GatewayError PresetVersionNotFound { get; } = Caller(404, ErrorTypes.NotFound,
        "The preset has no such version, or no longer. GET /presets/{slug}/versions lists those that there are.");

    public static GatewayError TooManyPresets(int most) => Caller(409, ErrorTypes.InvalidRequest, Invariant(
        $"This account has {most} presets, which are the most it can have. Change one of them, or delete one."));

    public static GatewayError ContextTooLong(string model, long tokens, long contextLength) => Caller(400, ErrorTypes.ContextLengthExceeded, Invariant(
        $"The prompt has at least {tokens} tokens, but '{model}' takes {contextLength}. Shorten it, or use a model with a longer context."));

    /// <summary>A provider refused the request as the caller's fault; its text is passed on.</summary>
    public static GatewayError ProviderRejected(string provider, int status, string type, string text) => new()
    {
        Status = status,
        Type = type,
        Fault = Fault.Caller,
        Message = text,
        ProviderName = provider,
    };

    public static GatewayError ProviderUnavailable(string provider, string detail) => Provider(502, ErrorTypes.ProviderUnavailable, provider,
        $"{provider} did not answer as it should: {detail} Try again, or let another provider answer.");

    public static GatewayError ProviderOverloaded(string provider, TimeSpan? retryAfter) => Provider(503, ErrorTypes.ProviderOverloaded, provider,
        $"{provider} is overloaded. Try again shortly, or let another provider answer.") with
    {
        RetryAfter = retryAfter,
        Availability = new("temporarily_unavailable", Retryable: true) { AffectedProviders = [provider] },
    };

    public static GatewayError ProviderRateLimited(string provider, TimeSpan? retryAfter) => Provider(429, ErrorTypes.RateLimitExceeded, provider,
        $"{provider} limits the rate of requests. Wait as long as Retry-After says, or let another provider answer.") with
    {
        RetryAfter = retryAfter ?? DefaultRetryAfter,
        Availability = new("capacity_exhausted", Retryable: true) { AffectedProviders = [provider] },
    };

    public static GatewayError ProviderTimeout(string provider, string what) => Provider(504, ErrorTypes.Timeout, provider,
        $"{provider} {what}. Try again, or let another provider answer.");

    /// <summary>The text of a provider's own message, as a field of the error; longer ones are cut, between characters.</summary>
    public static string Bounded(string text, int lengthMax = 1000) =>
        text.Length <= lengthMax ? text : text[..(char.IsHighSurrogate(text[lengthMax - 1]) ? lengthMax - 1 : lengthMax)] + "…";

    private static GatewayError Caller(int status, string type, string message) => new()
    {
        Status = status, Type = type, Fault = Fault.Caller, Message = message,
    };

    private static GatewayError Us(int status, string type, string message, TimeSpan? retryAfter) => new()
    {
        Status = status, Type = type, Fault = Fault.Us, Message = message, RetryAfter = retryAfter,
    };

    private static GatewayError Provider(int status, string type, string provider, string message) => new()
    {
        Status = status, Type = type, Fault = Fault.Provider, Message = message, ProviderName = provider, ProviderCode = type,
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
