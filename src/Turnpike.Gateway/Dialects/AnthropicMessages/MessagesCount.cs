using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Counts what a request holds: text, media, and what no provider could read as it came.</summary>
internal struct MessagesCount
{
    // Sealed thoughts are no media, though they stand under the same name: they are tokens.
    private bool _isSealed;

    /// <summary>A thought in an envelope of ours, or one without a signature; a source that another dialect's model named.</summary>
    public bool HasForeign { get; private set; }

    public int Images { get; private set; }

    public bool HasImages { get; private set; }

    public bool HasFiles { get; private set; }

    public long MediaBytes { get; private set; }

    public long TextBytes { get; private set; }

    /// <summary>Walks over a value and counts its text and its media.</summary>
    public void Value(ref Utf8JsonReader json)
    {
        var depth = json.CurrentDepth;
        if (json.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            Token(ref json, isMedia: false);
            return;
        }

        while (json.Read() && json.CurrentDepth > depth)
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                Token(ref json, isMedia: false);
                continue;
            }

            var isType = json.ValueTextEquals("type"u8);
            var isSigned = json.ValueTextEquals("signature"u8) || json.ValueTextEquals("encrypted_index"u8);
            var isData = json.ValueTextEquals("data"u8);
            var isMedia = isData || json.ValueTextEquals("url"u8);
            if (!isType && !isSigned && !isMedia)
            {
                continue;
            }

            json.Read();
            if (json.TokenType != JsonTokenType.String)
            {
                continue;
            }

            if (isType)
            {
                Block(ref json);
            }

            HasForeign |= (isSigned && json.ValueSpan.IsEmpty) || ((isSigned || isData) && ReasoningEnvelope.IsOne(json.ValueSpan));
            Token(ref json, isMedia && !_isSealed);
        }
    }

    private void Block(ref Utf8JsonReader json)
    {
        _isSealed = json.ValueTextEquals("redacted_thinking"u8);
        if (json.ValueTextEquals("image"u8))
        {
            HasImages = true;
            Images++;
        }
        else if (json.ValueTextEquals("document"u8))
        {
            HasFiles = true;
            Images++;
        }
    }

    private void Token(ref Utf8JsonReader json, bool isMedia)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            return;
        }

        var value = json.ValueSpan;
        if (isMedia && MediaText.IsMedia(value))
        {
            MediaBytes += value.Length;
        }
        else
        {
            TextBytes += value.Length;
        }
    }
}
