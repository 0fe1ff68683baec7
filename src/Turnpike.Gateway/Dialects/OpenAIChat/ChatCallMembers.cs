using System.Text.Json;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Where the members of one tool call stand; ranges are insides of strings, but for <see cref="ArgumentsObject"/>.</summary>
internal readonly struct ChatCallMembers
{
    /// <param name="json">At the call's opening brace; at its closing one afterwards.</param>
    public ChatCallMembers(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("index"u8))
            {
                json.Read();
                Index = json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var index) && index is >= 0 and < 1024 ? index : null;
            }
            else if (json.ValueTextEquals("id"u8))
            {
                json.Read();
                Id = Inside(json) ?? Id;
            }
            else if (json.ValueTextEquals("name"u8))
            {
                json.Read();
                Name = Inside(json) ?? Name;
            }
            else if (json.ValueTextEquals("arguments"u8))
            {
                json.Read();
                Arguments = Inside(json);
                var start = (int)json.TokenStartIndex;
                var isObject = json.TokenType == JsonTokenType.StartObject;
                json.Skip();
                ArgumentsObject = isObject ? start..(int)json.BytesConsumed : null;
            }
            else if (json.ValueTextEquals("function"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.StartObject)
                {
                    var inner = new ChatCallMembers(ref json);
                    (Name, Arguments, ArgumentsObject) = (inner.Name, inner.Arguments, inner.ArgumentsObject);
                }
            }
            else if (json.ValueTextEquals("custom"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.StartObject)
                {
                    var inner = new ChatCallMembers(ref json);
                    (IsCustom, Name, Input) = (true, inner.Name, inner.Input);
                }

                json.Skip();
            }
            else if (json.ValueTextEquals("input"u8))
            {
                json.Read();
                Input = Inside(json);
                json.Skip();
            }
            else
            {
                HasType |= json.ValueTextEquals("type"u8);
                json.Read();
                json.Skip();
            }
        }
    }

    /// <summary>Null where the provider sends none.</summary>
    public int? Index { get; }

    public bool HasType { get; }

    /// <summary>Null where it is empty.</summary>
    public Range? Id { get; }

    /// <summary>Null where it is empty.</summary>
    public Range? Name { get; }

    /// <summary>Null where it is empty.</summary>
    public Range? Arguments { get; }

    /// <summary>Arguments that a provider sent as an object, not as text.</summary>
    public Range? ArgumentsObject { get; }

    /// <summary>The tool is called with a text, <see cref="Input"/>, in place of arguments.</summary>
    public bool IsCustom { get; }

    /// <summary>Null where it is empty.</summary>
    public Range? Input { get; }

    private static Range? Inside(in Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.String && json.ValueSpan.Length > 0 ? ((int)json.TokenStartIndex + 1)..((int)json.BytesConsumed - 1) : null;
}
