using System.Text.Json;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

internal enum AnthropicEventKind
{
    /// <summary>A ping, or a kind that came after us: passed over.</summary>
    Other,
    MessageStart,
    BlockStart,
    BlockDelta,
    BlockStop,
    MessageDelta,
    MessageStop,
    Error,
}

/// <summary>One event of a stream, walked over once: its kind, and where in it its members stand.</summary>
internal struct AnthropicEvent
{
    public AnthropicEventKind Kind { get; private set; }

    public int Index { get; private set; }

    public Range? Message { get; private set; }

    public Range? Block { get; private set; }

    public Range? Delta { get; private set; }

    public Range? Usage { get; private set; }

    /// <summary>False where it is no event: not an object, or without a type.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, out AnthropicEvent read)
    {
        read = default;
        var json = new Utf8JsonReader(data);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var hasType = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            hasType |= read.ReadMember(ref json);
        }

        return hasType && !json.Read();
    }

    // True for the type.
    private bool ReadMember(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("type"u8))
        {
            json.Read();
            Kind = json.TokenType == JsonTokenType.String ? KindOf(ref json) : AnthropicEventKind.Other;
            var isType = json.TokenType == JsonTokenType.String;
            json.Skip();
            return isType;
        }

        if (json.ValueTextEquals("index"u8))
        {
            json.Read();
            Index = json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var index) ? index : Index;
            json.Skip();
        }
        else if (json.ValueTextEquals("delta"u8))
        {
            Delta = Object(ref json);
        }
        else if (json.ValueTextEquals("content_block"u8))
        {
            Block = Object(ref json);
        }
        else if (json.ValueTextEquals("message"u8))
        {
            Message = Object(ref json);
        }
        else if (json.ValueTextEquals("usage"u8))
        {
            Usage = Object(ref json);
        }
        else
        {
            json.Read();
            json.Skip();
        }

        return false;
    }

    private static Range? Object(ref Utf8JsonReader json)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        var isObject = json.TokenType == JsonTokenType.StartObject;
        json.Skip();
        return isObject ? start..(int)json.BytesConsumed : null;
    }

    private static AnthropicEventKind KindOf(ref Utf8JsonReader json) =>
        json.ValueTextEquals("content_block_delta"u8) ? AnthropicEventKind.BlockDelta
        : json.ValueTextEquals("content_block_start"u8) ? AnthropicEventKind.BlockStart
        : json.ValueTextEquals("content_block_stop"u8) ? AnthropicEventKind.BlockStop
        : json.ValueTextEquals("message_start"u8) ? AnthropicEventKind.MessageStart
        : json.ValueTextEquals("message_delta"u8) ? AnthropicEventKind.MessageDelta
        : json.ValueTextEquals("message_stop"u8) ? AnthropicEventKind.MessageStop
        : json.ValueTextEquals("error"u8) ? AnthropicEventKind.Error
        : AnthropicEventKind.Other;
}
