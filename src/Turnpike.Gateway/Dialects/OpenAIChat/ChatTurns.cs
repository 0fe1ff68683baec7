using System.Text.Json;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>What routing and billing need of a request's messages: how many, who speaks, where the first ones stand.</summary>
internal struct ChatTurns
{
    private Range _firstSystem;
    private Range _first;

    public int Count { get; private set; }

    public bool HasDeveloperRole { get; private set; }

    /// <summary>A message carries the name of who says it, or a tool's answer the id of its call.</summary>
    public bool HasNames { get; private set; }

    /// <summary>A message carries reasoning of an earlier answer, which not every host of its dialect takes.</summary>
    public bool HasReasoning { get; private set; }

    /// <summary>A message is in a form that no provider of this dialect can be expected to know.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>A message has more than a role and a text.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The last message is the assistant's.</summary>
    public bool IsBegun { get; private set; }

    /// <summary>Where the first system message stands in the body; empty when there is none.</summary>
    public readonly Range FirstSystem => _firstSystem;

    /// <summary>Where the first message that is not the system's stands.</summary>
    public readonly Range First => _first;

    /// <summary>Reads the messages, on whose value the reader stands.</summary>
    public void Read(ref Utf8JsonReader json, ref GatewayError? error, ref ChatCount count)
    {
        if (!FieldReading.Expect(ref json, ref error, json.TokenType == JsonTokenType.StartArray, "messages", "an array"))
        {
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject)
            {
                FieldReading.Expect(ref json, ref error, holds: false, $"messages[{Count}]", "an object");
                return;
            }

            ReadMessage(ref json, ref error, ref count);
            if (error is not null)
            {
                return;
            }

            Count++;
        }
    }

    private void ReadMessage(ref Utf8JsonReader json, ref GatewayError? error, ref ChatCount count)
    {
        var sawRole = false;
        var isSystem = false;
        var isTool = false;
        var media = count.Images;
        var start = (int)json.TokenStartIndex;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = json.ValueTextEquals("role"u8);
            var isContent = !isRole && json.ValueTextEquals("content"u8);
            HasReasoning |= json.ValueSpan.StartsWith("reasoning"u8);
            HasNames |= !isRole && !isContent && (json.ValueTextEquals("name"u8) || json.ValueTextEquals("tool_call_id"u8) || json.ValueTextEquals("tool_calls"u8));
            json.Read();
            HasMore |= json.TokenType != JsonTokenType.String || (!isRole && !isContent);
            if (isRole)
            {
                sawRole = true;
                if (json.TokenType != JsonTokenType.String)
                {
                    FieldReading.Expect(ref json, ref error, holds: false, $"messages[{Count}].role", "a string");
                    return;
                }

                var isDeveloper = json.ValueTextEquals("developer"u8);
                HasDeveloperRole |= isDeveloper;
                IsBegun = json.ValueTextEquals("assistant"u8); // the last message says
                isSystem = isDeveloper || json.ValueTextEquals("system"u8);
                isTool = json.ValueTextEquals("tool"u8);
                IsForeign |= json.ValueTextEquals("function"u8); // what a tool's answer was called before there were tools
            }
            else if (isContent && json.TokenType is not (JsonTokenType.String or JsonTokenType.StartArray or JsonTokenType.Null))
            {
                FieldReading.Expect(ref json, ref error, holds: false, $"messages[{Count}].content", "a string or an array of parts");
                return;
            }
            else
            {
                count.Value(ref json);
            }
        }

        IsForeign |= isTool && count.Images > media; // only users show images there
        if (!sawRole)
        {
            error ??= GatewayErrors.InvalidField($"messages[{Count}].role", "is missing. Use system, developer, user, assistant or tool.");
        }

        ref var first = ref isSystem ? ref _firstSystem : ref _first;
        if (first.End.Value == 0)
        {
            first = start..(int)json.BytesConsumed;
        }
    }
}
