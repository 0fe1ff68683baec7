using System.Text.Json;

namespace Turnpike.Gateway.Dialects.CohereV2;

/// <summary>One event of a stream, walked over once: insides of strings, and values, as they stand in it.</summary>
internal ref struct CohereEvent
{
    public ReadOnlySpan<byte> Type { get; private set; }

    /// <summary>Which block of content, or which call.</summary>
    public int Index { get; private set; }

    public ReadOnlySpan<byte> Id { get; private set; }

    public ReadOnlySpan<byte> Text { get; private set; }

    public ReadOnlySpan<byte> Thought { get; private set; }

    public ReadOnlySpan<byte> ToolPlan { get; private set; }

    public ReadOnlySpan<byte> CallId { get; private set; }

    public ReadOnlySpan<byte> CallName { get; private set; }

    public ReadOnlySpan<byte> Arguments { get; private set; }

    /// <summary>The probabilities of the text, raw.</summary>
    public ReadOnlySpan<byte> Logprobs { get; private set; }

    /// <summary>One citation, raw.</summary>
    public ReadOnlySpan<byte> Citation { get; private set; }

    /// <summary>The delta of an event, raw; where it is the end of the message it holds the finish reason and the usage.</summary>
    public ReadOnlySpan<byte> Delta { get; private set; }

    /// <summary>False where it is no event: not an object, or without a type.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, out CohereEvent result)
    {
        result = default;
        var read = default(CohereEvent);
        var json = new Utf8JsonReader(data);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            read.ReadMember(ref json, data);
        }

        result = read;
        return !read.Type.IsEmpty && !json.Read();
    }

    private void ReadMember(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var name = json.ValueSpan;
        json.Read();
        var start = (int)json.TokenStartIndex;
        switch (json.TokenType)
        {
            case JsonTokenType.String when name.SequenceEqual("type"u8):
                Type = json.ValueSpan;
                break;
            case JsonTokenType.String when name.SequenceEqual("id"u8):
                Id = json.ValueSpan;
                break;
            case JsonTokenType.Number when name.SequenceEqual("index"u8):
                Index = json.TryGetInt32(out var index) ? index : 0;
                break;
            case JsonTokenType.StartObject when name.SequenceEqual("delta"u8):
                ReadInside(ref json, data);
                Delta = data[start..(int)json.BytesConsumed];
                break;
            case JsonTokenType.StartObject when name.SequenceEqual("logprobs"u8):
                json.Skip();
                Logprobs = data[start..(int)json.BytesConsumed];
                break;
            default:
                json.Skip();
                break;
        }
    }

    // The names inside of a delta mean the same wherever they stand in it: message, content, tool_calls and function are only wrapped around them.
    private void ReadInside(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueSpan;
            json.Read();
            if (json.TokenType == JsonTokenType.String)
            {
                Keep(name, json.ValueSpan);
                continue;
            }

            var start = (int)json.TokenStartIndex;
            var isObject = json.TokenType == JsonTokenType.StartObject;
            if (isObject && (name.SequenceEqual("message"u8) || name.SequenceEqual("content"u8) || name.SequenceEqual("tool_calls"u8) || name.SequenceEqual("function"u8)))
            {
                ReadInside(ref json, data);
                continue;
            }

            json.Skip();
            if (isObject && name.SequenceEqual("citations"u8))
            {
                Citation = data[start..(int)json.BytesConsumed];
            }
        }
    }

    private void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name)
        {
            case var n when n.SequenceEqual("text"u8):
                Text = value;
                break;
            case var n when n.SequenceEqual("thinking"u8):
                Thought = value;
                break;
            case var n when n.SequenceEqual("arguments"u8):
                Arguments = value;
                break;
            case var n when n.SequenceEqual("tool_plan"u8):
                ToolPlan = value;
                break;
            case var n when n.SequenceEqual("id"u8):
                CallId = value;
                break;
            case var n when n.SequenceEqual("name"u8):
                CallName = value;
                break;
            default:
                break;
        }
    }
}
