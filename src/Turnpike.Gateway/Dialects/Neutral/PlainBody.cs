using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>A body of chat or of Messages whose messages are each a role and a text, as most are: read from its bytes, without being parsed into a
/// document.</summary>
internal static class PlainBody
{
    /// <summary>The members, and the messages; null where a message turns out to be of another form.</summary>
    /// <inheritdoc cref="JsonMembers(ReadOnlyMemory{byte}, JsonNames, string)"/>
    public static JsonMembers? TryRead(ReadOnlyMemory<byte> body, JsonNames names, string dialect, out List<Message> messages)
    {
        var members = new JsonMembers(body, names, dialect);
        messages = [];
        var json = new Utf8JsonReader(body.Span);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!json.ValueTextEquals("messages"u8))
            {
                members.Add(ref json);
                continue;
            }

            messages.Clear();
            json.Read();
            if (!TryReadMessages(ref json, body, messages))
            {
                return null;
            }
        }

        return members;
    }

    private static bool TryReadMessages(ref Utf8JsonReader json, ReadOnlyMemory<byte> body, List<Message> messages)
    {
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            if (ReadMessage(ref json, body) is not { } message)
            {
                return false;
            }

            messages.Add(message);
        }

        return json.TokenType == JsonTokenType.EndArray;
    }

    private static Message? ReadMessage(ref Utf8JsonReader json, ReadOnlyMemory<byte> body)
    {
        Role? role = null;
        ReadOnlyMemory<byte> text = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = json.ValueTextEquals("role"u8);
            if (!isRole && !json.ValueTextEquals("content"u8))
            {
                return null;
            }

            json.Read();
            if (json.TokenType != JsonTokenType.String)
            {
                return null;
            }

            if (isRole)
            {
                role = RoleOf(ref json);
            }
            else
            {
                text = body[(int)json.TokenStartIndex..(int)json.BytesConsumed];
            }
        }

        return role is { } speaker && !text.IsEmpty ? new(speaker, [TextPart.OfJson(text)]) : null;
    }

    private static Role? RoleOf(ref Utf8JsonReader json) =>
        json.ValueTextEquals("user"u8) ? Role.User
        : json.ValueTextEquals("assistant"u8) ? Role.Assistant
        : json.ValueTextEquals("system"u8) ? Role.System
        : json.ValueTextEquals("developer"u8) ? Role.Developer
        : null;
}
