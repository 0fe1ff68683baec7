using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>A body whose messages are each a role and a text, as most are: read from its bytes, without being parsed into a
/// document.</summary>
internal static class PlainBody
{
    /// <summary>Reads the messages, and all other members into <paramref name="members"/>; null where a message turns out to be of another form.</summary>
    /// <param name="list">The member that the messages stand in. Where it is no list, it is a member like others, and there are none.</param>
    public static List<Message>? Read(JsonMembers members, ReadOnlyMemory<byte> body, ReadOnlySpan<byte> list)
    {
        List<Message> messages = [];
        var json = new Utf8JsonReader(body.Span);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!json.ValueTextEquals(list) || !IsList(json))
            {
                members.Add(ref json);
                continue;
            }

            json.Read();
            messages.Clear();
            if (!TryReadMessages(ref json, body, messages))
            {
                return null;
            }
        }

        return messages;
    }

    private static bool IsList(Utf8JsonReader atName) => atName.Read() && atName.TokenType == JsonTokenType.StartArray;

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
            var isText = json.ValueTextEquals("content"u8);
            var isType = json.ValueTextEquals("type"u8);
            json.Read();
            if (json.TokenType != JsonTokenType.String || !(isRole || isText || (isType && json.ValueTextEquals("message"u8))))
            {
                return null;
            }

            role = isRole ? RoleOf(ref json) : role;
            text = isText ? body[(int)json.TokenStartIndex..(int)json.BytesConsumed] : text;
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
