using System.Text.Json;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Where the members of a message or a delta stand; ranges of strings are their insides, others the whole value. A member of another kind
/// than it should be is none.</summary>
internal readonly struct ChatMessageMembers
{
    /// <param name="json">At the message's opening brace; at its closing one afterwards.</param>
    public ChatMessageMembers(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("content"u8))
            {
                var content = Value(ref json);
                IsContentList = json.TokenType == JsonTokenType.EndArray;
                Content = json.TokenType == JsonTokenType.EndObject ? null : content;
            }
            else if (json.ValueTextEquals("reasoning"u8) || json.ValueTextEquals("reasoning_content"u8))
            {
                Reasoning = Value(ref json, JsonTokenType.String) ?? Reasoning; // one of them, where a provider tells both
            }
            else if (json.ValueTextEquals("reasoning_details"u8))
            {
                Details = Value(ref json, JsonTokenType.EndArray);
            }
            else if (json.ValueTextEquals("tool_calls"u8))
            {
                ToolCalls = Value(ref json, JsonTokenType.EndArray) ?? ToolCalls;
            }
            else if (json.ValueTextEquals("function_call"u8))
            {
                ToolCalls = Value(ref json, JsonTokenType.EndObject) ?? ToolCalls;
            }
            else if (json.ValueTextEquals("refusal"u8))
            {
                Refusal = Value(ref json, JsonTokenType.String);
            }
            else if (json.ValueTextEquals("images"u8))
            {
                Images = Value(ref json, JsonTokenType.EndArray);
            }
            else if (json.ValueTextEquals("audio"u8))
            {
                Audio = Value(ref json, JsonTokenType.EndObject);
            }
            else if (json.ValueTextEquals("annotations"u8))
            {
                Annotations = Value(ref json, JsonTokenType.EndArray);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }
    }

    public Range? Content { get; }

    /// <summary>The content is a list of parts.</summary>
    public bool IsContentList { get; }

    public Range? Reasoning { get; }

    public Range? Details { get; }

    public Range? ToolCalls { get; }

    public Range? Refusal { get; }

    public Range? Images { get; }

    public Range? Audio { get; }

    public Range? Annotations { get; }

    /// <param name="end">The kind of the value, by the token that it ends with.</param>
    private static Range? Value(ref Utf8JsonReader json, JsonTokenType end)
    {
        var value = Value(ref json);
        return json.TokenType == end ? value : null;
    }

    // Nothing for null, for an empty string and for an empty array.
    private static Range? Value(ref Utf8JsonReader json)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return json.ValueSpan.IsEmpty ? null : (start + 1)..((int)json.BytesConsumed - 1);
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                json.Skip();
                return (int)json.BytesConsumed - start <= 2 ? null : start..(int)json.BytesConsumed;
            default:
                return null;
        }
    }
}
