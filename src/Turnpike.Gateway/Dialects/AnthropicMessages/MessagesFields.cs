using System.Text.Json;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>What is known of a request's fields by their names.</summary>
internal static class MessagesFields
{
    /// <summary>A conversation that the server keeps between turns: none is kept here.</summary>
    public const string Thread = "thread";

    /// <summary>The parameter of endpoints that a field is a wish for.</summary>
    public static RequestParameters ParameterOf(string name, ReadOnlySpan<byte> utf8) => name switch
    {
        "stop_sequences" => RequestParameters.Stop,
        "thinking" => RequestParameters.Reasoning,
        "output_format" => RequestParameters.ResponseFormat,
        _ => RequestParameterNames.Find(utf8),
    };

    /// <summary>Whether a value is of a type that the field can have; what is not ours to judge is passed on as it is.</summary>
    public static (bool Holds, string Expected) Check(string name, JsonTokenType type) => type == JsonTokenType.Null ? (true, "") : name switch
    {
        "temperature" or "top_p" or "top_k" => (type == JsonTokenType.Number, "a number"),
        "stop_sequences" => (type == JsonTokenType.StartArray, "an array of strings"),
        "tool_choice" or "thinking" or "output_format" => (type == JsonTokenType.StartObject, "an object"),
        _ => (true, ""),
    };
}
