using System.Text.Json;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>The members of a delta, or of a block's beginning: insides of strings, and values, as they stand in the event.</summary>
internal ref struct AnthropicDelta
{
    public ReadOnlySpan<byte> Type { get; private set; }

    public ReadOnlySpan<byte> Text { get; private set; }

    public ReadOnlySpan<byte> Thinking { get; private set; }

    public ReadOnlySpan<byte> Signature { get; private set; }

    public ReadOnlySpan<byte> PartialJson { get; private set; }

    public ReadOnlySpan<byte> Data { get; private set; }

    public ReadOnlySpan<byte> Id { get; private set; }

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> StopReason { get; private set; }

    public ReadOnlySpan<byte> StopSequence { get; private set; }

    /// <summary>A call's input, raw.</summary>
    public ReadOnlySpan<byte> Input { get; private set; }

    /// <summary>One citation, or an array of them, raw.</summary>
    public ReadOnlySpan<byte> Citations { get; private set; }

    /// <param name="data">One JSON object that was walked over before.</param>
    public static AnthropicDelta Read(ReadOnlySpan<byte> data)
    {
        var delta = default(AnthropicDelta);
        var json = new Utf8JsonReader(data);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            delta.ReadMember(ref json, data);
        }

        return delta;
    }

    private void ReadMember(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var name = json.ValueSpan;
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            Keep(name, json.ValueSpan);
            return;
        }

        var start = (int)json.TokenStartIndex;
        var isValue = json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        json.Skip();
        if (isValue && name.SequenceEqual("input"u8))
        {
            Input = data[start..(int)json.BytesConsumed];
        }
        else if (isValue && (name.SequenceEqual("citation"u8) || name.SequenceEqual("citations"u8)))
        {
            Citations = data[start..(int)json.BytesConsumed];
        }
    }

    private void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name)
        {
            case var n when n.SequenceEqual("type"u8):
                Type = value;
                break;
            case var n when n.SequenceEqual("text"u8):
                Text = value;
                break;
            case var n when n.SequenceEqual("partial_json"u8):
                PartialJson = value;
                break;
            case var n when n.SequenceEqual("thinking"u8):
                Thinking = value;
                break;
            case var n when n.SequenceEqual("signature"u8):
                Signature = value;
                break;
            case var n when n.SequenceEqual("data"u8):
                Data = value;
                break;
            case var n when n.SequenceEqual("id"u8):
                Id = value;
                break;
            case var n when n.SequenceEqual("name"u8):
                Name = value;
                break;
            case var n when n.SequenceEqual("stop_reason"u8):
                StopReason = value;
                break;
            case var n when n.SequenceEqual("stop_sequence"u8):
                StopSequence = value;
                break;
            default:
                break;
        }
    }
}
