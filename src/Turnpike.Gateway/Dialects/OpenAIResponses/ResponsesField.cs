namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>The fields of a request that the gateway looks at, and what type each must have.</summary>
internal enum ResponsesField
{
    /// <summary>Not ours to judge: passed on as it is.</summary>
    Other,
    Model,
    Input,
    Instructions,
    Tools,
    Stream,
    MaxOutputTokens,
    User,
    SafetyIdentifier,
    SessionId,
    Models,
    Route,
    Provider,
    Include,
    Rescue,

    /// <summary>Storage at the provider, and what needs it: refused.</summary>
    Store,
    PreviousResponse,
    Conversation,
    Background,

    /// <summary>Checked to be a number or null.</summary>
    Number,

    /// <summary>Checked to be an object or null.</summary>
    Object,

    /// <summary>Checked to be a boolean or null.</summary>
    Boolean,

    Plugins,

    /// <summary>Ours: never sent to a provider.</summary>
    Ours,
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
        "user" => ResponsesField.User,
        "safety_identifier" => ResponsesField.SafetyIdentifier,
        "session_id" => ResponsesField.SessionId,
        "models" => ResponsesField.Models,
        "route" => ResponsesField.Route,
        "provider" => ResponsesField.Provider,
        "include" => ResponsesField.Include,
        "rescue" => ResponsesField.Rescue,
        "store" => ResponsesField.Store,
        "previous_response_id" => ResponsesField.PreviousResponse,
        "conversation" => ResponsesField.Conversation,
        "background" => ResponsesField.Background,
        "temperature" or "top_p" or "top_k" or "top_logprobs" or "max_tool_calls" or "presence_penalty" or "frequency_penalty" => ResponsesField.Number,
        "text" or "reasoning" or "metadata" or "image_config" => ResponsesField.Object,
        "parallel_tool_calls" => ResponsesField.Boolean,
        "plugins" => ResponsesField.Plugins,
        "preset" or "trace" or "debug" or "transforms" or "routing" or "max_cost" or "usage" or "stop_server_tools_when" => ResponsesField.Ours,
        _ => ResponsesField.Other,
    };

    /// <summary>Fields whose second would decide who pays what, or what is sent.</summary>
    public static bool IsSingle(ResponsesField field) => field is not (ResponsesField.Other or ResponsesField.Number or ResponsesField.Object
        or ResponsesField.Boolean or ResponsesField.Ours);
}
