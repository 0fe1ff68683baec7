using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>A message of chat or of Messages that is a role, a text and perhaps a name, as most are: read from its bytes, without being parsed into elements.</summary>
internal static class PlainMessage
{
    /// <summary>The message; null where it is, or may be, of another form.</summary>
    /// <param name="json">At the message's opening brace; at its closing one afterwards.</param>
    public static Message? Read(ref Utf8JsonReader json, ReadOnlyMemory<byte> body)
    {
        Role? role = null;
        string? name = null;
        ReadOnlyMemory<byte> text = default;
        var isPlain = true;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("role"u8))
            {
                json.Read();
                role = RoleOf(ref json);
            }
            else if (json.ValueTextEquals("content"u8))
            {
                json.Read();
                text = json.TokenType == JsonTokenType.String ? body[(int)json.TokenStartIndex..(int)json.BytesConsumed] : default;
            }
            else if (json.ValueTextEquals("name"u8))
            {
                json.Read();
                name = json.TokenType == JsonTokenType.String ? json.GetString() : null;
            }
            else
            {
                json.Read();
                isPlain &= json.TokenType == JsonTokenType.Null;
            }

            json.Skip();
        }

        return isPlain && role is { } speaker && !text.IsEmpty ? new(speaker, [TextPart.OfJson(text)], name) : null;
    }

    private static Role? RoleOf(ref Utf8JsonReader json) =>
        json.TokenType != JsonTokenType.String ? null
        : json.ValueTextEquals("user"u8) ? Role.User
        : json.ValueTextEquals("assistant"u8) ? Role.Assistant
        : json.ValueTextEquals("system"u8) ? Role.System
        : json.ValueTextEquals("developer"u8) ? Role.Developer
        : null;
}
