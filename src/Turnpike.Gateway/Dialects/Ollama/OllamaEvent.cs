using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Ollama;

/// <summary>One object of an answer, a line of a stream or the whole, walked over once: insides of strings, and values, as they stand in it.</summary>
internal ref struct OllamaEvent
{
    private bool _hasMessage;

    public ReadOnlySpan<byte> Text { get; private set; }

    public ReadOnlySpan<byte> Thinking { get; private set; }

    /// <summary>A list, raw; empty where there is none.</summary>
    public ReadOnlySpan<byte> Calls { get; private set; }

    /// <inheritdoc cref="Calls"/>
    public ReadOnlySpan<byte> Images { get; private set; }

    /// <inheritdoc cref="Calls"/>
    public ReadOnlySpan<byte> Logprobs { get; private set; }

    /// <summary>Raw; empty where there is none.</summary>
    public ReadOnlySpan<byte> Error { get; private set; }

    public bool IsDone { get; private set; }

    public ReadOnlySpan<byte> DoneReason { get; private set; }

    /// <summary>Null where it was not counted.</summary>
    public int? PromptTokens { get; private set; }

    /// <summary>Of the prompt's; null where the server does not tell them.</summary>
    public int? CachedTokens { get; private set; }

    /// <inheritdoc cref="PromptTokens"/>
    public int? CompletionTokens { get; private set; }

    /// <summary>False where it is no event: not an object, or one that says nothing.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, out OllamaEvent result)
    {
        result = default;
        var read = default(OllamaEvent);
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
        return (read._hasMessage || read.IsDone || !read.Error.IsEmpty) && !json.Read();
    }

    private void ReadMember(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var name = json.ValueSpan;
        json.Read();
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject when name.SequenceEqual("message"u8):
                _hasMessage = true;
                ReadMessage(ref json, data);
                break;
            case JsonTokenType.True when name.SequenceEqual("done"u8):
                IsDone = true;
                break;
            case JsonTokenType.String when name.SequenceEqual("done_reason"u8):
                DoneReason = json.ValueSpan;
                break;
            case JsonTokenType.Number when name.SequenceEqual("prompt_eval_count"u8):
                PromptTokens = Count(ref json);
                break;
            case JsonTokenType.Number when name.SequenceEqual("prompt_eval_cached_count"u8):
                CachedTokens = Count(ref json);
                break;
            case JsonTokenType.Number when name.SequenceEqual("eval_count"u8):
                CompletionTokens = Count(ref json);
                break;
            case JsonTokenType.StartArray when name.SequenceEqual("logprobs"u8):
                Logprobs = Raw(ref json, data);
                break;
            case not JsonTokenType.Null when name.SequenceEqual("error"u8):
                Error = Raw(ref json, data);
                break;
            default:
                json.Skip();
                break;
        }
    }

    private void ReadMessage(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueSpan;
            json.Read();
            switch (json.TokenType)
            {
                case JsonTokenType.String when name.SequenceEqual("content"u8):
                    Text = json.ValueSpan;
                    break;
                case JsonTokenType.String when name.SequenceEqual("thinking"u8):
                    Thinking = json.ValueSpan;
                    break;
                case JsonTokenType.StartArray when name.SequenceEqual("tool_calls"u8):
                    Calls = Raw(ref json, data);
                    break;
                case JsonTokenType.StartArray when name.SequenceEqual("images"u8):
                    Images = Raw(ref json, data);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }

    private static ReadOnlySpan<byte> Raw(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return data[start..(int)json.BytesConsumed];
    }

    private static int? Count(ref Utf8JsonReader json) => json.TryGetInt64(out var count) ? (int)Math.Clamp(count, 0, int.MaxValue / 2) : null;
}
