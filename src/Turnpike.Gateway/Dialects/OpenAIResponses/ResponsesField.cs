namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>The fields of a request that the gateway looks at, and what type each must have. Those that are ours in every dialect are read by
/// <see cref="OurFields"/>.</summary>
internal enum ResponsesField
{
    /// <summary>Ours in every dialect, or not ours to judge and passed on as it is.</summary>
    Other,
    Model,
    Input,
    Instructions,
    Tools,
    Stream,
    MaxOutputTokens,
    MaxToolCalls,
    User,
    SafetyIdentifier,
    Include,
    ServiceTier,
    PromptCacheKey,
    Text,
    Reasoning,

    /// <summary>Storage, which is ours to do or not: no provider is asked for it.</summary>
    Store,
    PreviousResponse,

    /// <summary>OpenRouter's, unknown to providers of this dialect: read where the request is translated.</summary>
    Foreign,

    /// <summary>Refused.</summary>
    Conversation,
    Background,

    /// <summary>Checked to be a number or null.</summary>
    Number,

    /// <summary>Checked to be an object or null.</summary>
    Object,

    /// <summary>Checked to be a boolean or null.</summary>
    Boolean,
}

internal static class ResponsesFields
{
    /// <summary>Tells what a field is, by its name.</summary>
    public static ResponsesField Identify(string name) => name switch
    {
        "model" => ResponsesField.Model,
        "input" => ResponsesField.Input,
        "instructions" => ResponsesField.Instructions,
        "tools" => ResponsesField.Tools,
        "stream" => ResponsesField.Stream,
        "max_output_tokens" => ResponsesField.MaxOutputTokens,
        "max_tool_calls" => ResponsesField.MaxToolCalls,
        "user" => ResponsesField.User,
        "safety_identifier" => ResponsesField.SafetyIdentifier,
        "include" => ResponsesField.Include,
        "service_tier" => ResponsesField.ServiceTier,
        "prompt_cache_key" => ResponsesField.PromptCacheKey,
        "text" => ResponsesField.Text,
        "reasoning" => ResponsesField.Reasoning,
        "store" => ResponsesField.Store,
        "previous_response_id" => ResponsesField.PreviousResponse,
        "conversation" => ResponsesField.Conversation,
        "background" => ResponsesField.Background,
        "temperature" or "top_p" or "top_k" or "top_logprobs" or "presence_penalty" or "frequency_penalty" => ResponsesField.Number,
        "cache_control" or "image_config" or "modalities" => ResponsesField.Foreign,
        "metadata" => ResponsesField.Object,
        "parallel_tool_calls" => ResponsesField.Boolean,
        _ => ResponsesField.Other,
    };

    /// <summary>Fields whose second would decide who pays what, or what is sent.</summary>
    public static bool IsSingle(ResponsesField field) => field is not (ResponsesField.Other or ResponsesField.Foreign or ResponsesField.Number or ResponsesField.Object or ResponsesField.Boolean);
}
