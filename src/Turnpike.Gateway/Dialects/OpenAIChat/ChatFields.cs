namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>The fields of a chat request that the gateway looks at, and what type each must have.</summary>
internal enum ChatField
{
    /// <summary>Not ours to judge: passed on as it is.</summary>
    Other,
    Model,
    Messages,

    /// <summary>The form before messages.</summary>
    Prompt,
    Stream,
    StreamOptions,
    MaxTokens,
    MaxCompletionTokens,
    N,
    User,

    /// <summary>The end user's name again, newer.</summary>
    SafetyIdentifier,
    SessionId,
    Models,
    Route,
    Provider,
    Rescue,
    Plugins,
    Transforms,
    Routing,
    ServiceTier,
    PromptCacheKey,
    Preset,
    MaxCost,

    /// <summary>Checked to be an array, and searched for text.</summary>
    Tools,

    /// <summary>Tools and the choice among them, as they were called before.</summary>
    Functions,

    /// <summary>A mark for caches; not every host knows it.</summary>
    CacheControl,

    /// <summary>Checked to be a number or null.</summary>
    Number,

    /// <summary>Checked to be a string, an array or null.</summary>
    StringOrArray,

    /// <summary>Checked to be an object or null.</summary>
    Object,

    /// <summary>Checked to be a boolean or null.</summary>
    Boolean,

    Debug,

    /// <summary>Nobody who keeps prompts.</summary>
    ZeroRetention,

    /// <summary>Ours: never sent to a provider.</summary>
    Ours,
}

internal static class ChatFields
{
    /// <summary>Tells what a field is, by its name.</summary>
    public static ChatField Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        1 when name.SequenceEqual("n"u8) => ChatField.N,
        3 when name.SequenceEqual("zdr"u8) => ChatField.ZeroRetention,
        4 when name.SequenceEqual("user"u8) => ChatField.User,
        4 when name.SequenceEqual("stop"u8) => ChatField.StringOrArray,
        4 when name.SequenceEqual("seed"u8) => ChatField.Number,
        5 when name.SequenceEqual("model"u8) => ChatField.Model,
        5 when name.SequenceEqual("tools"u8) => ChatField.Tools,
        5 when name.SequenceEqual("route"u8) => ChatField.Route,
        5 when name.SequenceEqual("usage"u8) => ChatField.Ours,
        5 when name.SequenceEqual("trace"u8) => ChatField.Ours,
        5 when name.SequenceEqual("debug"u8) => ChatField.Debug,
        5 when name.SequenceEqual("top_p"u8) || name.SequenceEqual("top_k"u8) || name.SequenceEqual("min_p"u8)
            || name.SequenceEqual("top_a"u8) => ChatField.Number,
        6 when name.SequenceEqual("stream"u8) => ChatField.Stream,
        6 when name.SequenceEqual("models"u8) => ChatField.Models,
        6 when name.SequenceEqual("prompt"u8) => ChatField.Prompt,
        6 when name.SequenceEqual("rescue"u8) => ChatField.Rescue,
        6 when name.SequenceEqual("preset"u8) => ChatField.Preset,
        7 when name.SequenceEqual("plugins"u8) => ChatField.Plugins,
        7 when name.SequenceEqual("routing"u8) => ChatField.Routing,
        8 when name.SequenceEqual("messages"u8) => ChatField.Messages,
        8 when name.SequenceEqual("provider"u8) => ChatField.Provider,
        8 when name.SequenceEqual("max_cost"u8) => ChatField.MaxCost,
        8 when name.SequenceEqual("logprobs"u8) => ChatField.Boolean,
        9 when name.SequenceEqual("functions"u8) => ChatField.Functions,
        10 when name.SequenceEqual("max_tokens"u8) => ChatField.MaxTokens,
        10 when name.SequenceEqual("session_id"u8) => ChatField.SessionId,
        10 when name.SequenceEqual("transforms"u8) => ChatField.Transforms,
        10 when name.SequenceEqual("logit_bias"u8) => ChatField.Object,
        11 when name.SequenceEqual("temperature"u8) => ChatField.Number,
        11 when name.SequenceEqual("enforce_zdr"u8) => ChatField.ZeroRetention,
        12 when name.SequenceEqual("service_tier"u8) => ChatField.ServiceTier,
        12 when name.SequenceEqual("top_logprobs"u8) => ChatField.Number,
        13 when name.SequenceEqual("cache_control"u8) => ChatField.CacheControl,
        14 when name.SequenceEqual("stream_options"u8) => ChatField.StreamOptions,
        14 when name.SequenceEqual("max_tool_calls"u8) => ChatField.Ours,
        15 when name.SequenceEqual("response_format"u8) => ChatField.Object,
        16 when name.SequenceEqual("prompt_cache_key"u8) => ChatField.PromptCacheKey,
        16 when name.SequenceEqual("presence_penalty"u8) => ChatField.Number,
        17 when name.SequenceEqual("frequency_penalty"u8) => ChatField.Number,
        17 when name.SequenceEqual("safety_identifier"u8) => ChatField.SafetyIdentifier,
        18 when name.SequenceEqual("repetition_penalty"u8) => ChatField.Number,
        18 when name.SequenceEqual("structured_outputs"u8) => ChatField.Ours,
        19 when name.SequenceEqual("parallel_tool_calls"u8) => ChatField.Boolean,
        21 when name.SequenceEqual("max_completion_tokens"u8) => ChatField.MaxCompletionTokens,
        22 when name.SequenceEqual("stop_server_tools_when"u8) => ChatField.Ours,
        _ => ChatField.Other,
    };

    /// <summary>Fields that no caller has reason to send twice, and whose second would decide who pays what.</summary>
    public static bool IsSingle(ChatField field) => field is ChatField.Model or ChatField.Messages or ChatField.Prompt or ChatField.Stream
        or ChatField.StreamOptions or ChatField.MaxTokens or ChatField.MaxCompletionTokens or ChatField.N or ChatField.Models
        or ChatField.Provider or ChatField.MaxCost or ChatField.Preset;
}
