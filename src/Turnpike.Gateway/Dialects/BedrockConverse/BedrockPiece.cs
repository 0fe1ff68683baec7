using System.Text.Json;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>A piece of a content block, or a whole one: insides of strings, and values, as they stand in what was sent.</summary>
internal ref struct BedrockPiece
{
    /// <summary>Which of the answer's blocks it belongs to.</summary>
    public int Index { get; private set; }

    public ReadOnlySpan<byte> Text { get; private set; }

    public ReadOnlySpan<byte> CallId { get; private set; }

    public ReadOnlySpan<byte> CallName { get; private set; }

    /// <summary>A piece of a call's input: the inside of a string that holds JSON.</summary>
    public ReadOnlySpan<byte> Input { get; private set; }

    /// <summary>A call's whole input, raw JSON.</summary>
    public ReadOnlySpan<byte> WholeInput { get; private set; }

    public ReadOnlySpan<byte> Thought { get; private set; }

    public ReadOnlySpan<byte> Signature { get; private set; }

    /// <summary>A thought that only the provider can read, in base64.</summary>
    public ReadOnlySpan<byte> Redacted { get; private set; }

    /// <summary>One citation, or text with the citations under it, raw.</summary>
    public ReadOnlySpan<byte> Citations { get; private set; }

    /// <summary>The call is of a tool that the provider runs itself.</summary>
    public bool IsServersCall { get; private set; }

    /// <summary>Reads the payload of an event about a block.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static bool TryReadEvent(ReadOnlySpan<byte> payload, out BedrockPiece piece)
    {
        piece = default;
        var read = default(BedrockPiece);
        var json = new Utf8JsonReader(payload);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isBlock = json.ValueTextEquals("delta"u8) || json.ValueTextEquals("start"u8);
            var isIndex = json.ValueTextEquals("contentBlockIndex"u8);
            json.Read();
            if (isBlock && json.TokenType == JsonTokenType.StartObject)
            {
                read.ReadBlock(ref json, payload);
                continue;
            }

            read.Index = isIndex && json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var index) ? index : read.Index;
            json.Skip();
        }

        piece = read;
        return !json.Read();
    }

    /// <summary>Reads a block of a whole answer.</summary>
    /// <param name="block">One JSON object that was walked over before.</param>
    public static BedrockPiece OfBlock(ReadOnlySpan<byte> block, int index)
    {
        var piece = new BedrockPiece { Index = index };
        var json = new Utf8JsonReader(block);
        json.Read();
        piece.ReadBlock(ref json, block);
        return piece;
    }

    private void ReadBlock(ref Utf8JsonReader json, ReadOnlySpan<byte> all)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("text"u8))
            {
                json.Read();
                Text = json.TokenType == JsonTokenType.String ? json.ValueSpan : default;
                json.Skip();
            }
            else if (json.ValueTextEquals("toolUse"u8))
            {
                ReadCall(ref json, all);
            }
            else if (json.ValueTextEquals("reasoningContent"u8))
            {
                ReadThought(ref json);
            }
            else if (json.ValueTextEquals("citation"u8) || json.ValueTextEquals("citationsContent"u8))
            {
                Citations = Object(ref json, all);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }
    }

    private void ReadCall(ref Utf8JsonReader json, ReadOnlySpan<byte> all)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueSpan;
            if (name.SequenceEqual("input"u8))
            {
                ReadInput(ref json, all);
                continue;
            }

            json.Read();
            if (json.TokenType != JsonTokenType.String)
            {
                json.Skip();
            }
            else if (name.SequenceEqual("toolUseId"u8))
            {
                CallId = json.ValueSpan;
            }
            else if (name.SequenceEqual("name"u8))
            {
                CallName = json.ValueSpan;
            }
            else if (name.SequenceEqual("type"u8))
            {
                IsServersCall = json.ValueTextEquals("server_tool_use"u8);
            }
        }
    }

    private void ReadInput(ref Utf8JsonReader json, ReadOnlySpan<byte> all)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            Input = json.ValueSpan;
            return;
        }

        var start = (int)json.TokenStartIndex;
        var isObject = json.TokenType == JsonTokenType.StartObject;
        json.Skip();
        WholeInput = isObject ? all[start..(int)json.BytesConsumed] : default;
    }

    // Whole answers have text and signature in an object of their own.
    private void ReadThought(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("reasoningText"u8))
            {
                ReadThought(ref json);
                continue;
            }

            var name = json.ValueSpan;
            json.Read();
            if (json.TokenType != JsonTokenType.String)
            {
                json.Skip();
            }
            else if (name.SequenceEqual("text"u8))
            {
                Thought = json.ValueSpan;
            }
            else if (name.SequenceEqual("signature"u8))
            {
                Signature = json.ValueSpan;
            }
            else if (name.SequenceEqual("redactedContent"u8))
            {
                Redacted = json.ValueSpan;
            }
        }
    }

    private static ReadOnlySpan<byte> Object(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> all)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        var isObject = json.TokenType == JsonTokenType.StartObject;
        json.Skip();
        return isObject ? all[start..(int)json.BytesConsumed] : default;
    }
}
