using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>What is counted of a request's input for holds and estimates, and what of it no other address could read.</summary>
internal struct ResponsesCount
{
    /// <summary>Of reasoning that another dialect's model gave, wrapped by us.</summary>
    public bool HasEnvelope { get; private set; }

    /// <summary>The last item is an <c>item_reference</c>.</summary>
    public bool IsReference { get; private set; }

    /// <summary>The last item was said by the system, or the developer.</summary>
    public bool IsSystem { get; private set; }

    /// <summary>Something is more than a text, or a role and a text.</summary>
    public bool HasMore { get; private set; }

    public int Items { get; set; }

    public int Images { get; private set; }

    public bool HasImages { get; private set; }

    public bool HasVideo { get; private set; }

    public bool HasFiles { get; private set; }

    public bool HasAudio { get; private set; }

    /// <summary>A mark for caches stands in it, which OpenAI does not know by that name.</summary>
    public bool HasCacheMarks { get; private set; }

    /// <summary>A picture or a file stands in it as chat says them, which OpenAI does not take here.</summary>
    public bool HasChatMedia { get; private set; }

    public long MediaBytes { get; private set; }

    public long TextBytes { get; private set; }

    /// <summary>Walks over an item, and sees who said it.</summary>
    public void Item(ref Utf8JsonReader json)
    {
        IsSystem = false;
        IsReference = false;
        Value(ref json);
    }

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
                HasMore |= json.TokenType != JsonTokenType.String;
                Token(ref json, isMedia: false);
                continue;
            }

            HasCacheMarks |= json.ValueTextEquals("cache_control"u8);
            var isType = json.ValueTextEquals("type"u8);
            var isEncrypted = json.ValueTextEquals("encrypted_content"u8);
            var isMedia = json.ValueTextEquals("image_url"u8) || json.ValueTextEquals("url"u8) || json.ValueTextEquals("file_data"u8) || json.ValueTextEquals("data"u8) || json.ValueTextEquals("result"u8);
            var isRole = json.ValueTextEquals("role"u8);
            HasMore |= !isRole && !isType && !json.ValueTextEquals("content"u8);
            if (isType || isEncrypted || isMedia || isRole)
            {
                json.Read();
                HasMore |= json.TokenType != JsonTokenType.String || (isType && !json.ValueTextEquals("message"u8));
                IsSystem |= isRole && json.CurrentDepth - depth == 1 && json.TokenType == JsonTokenType.String
                    && (json.ValueTextEquals("system"u8) || json.ValueTextEquals("developer"u8));
                if (isType && json.TokenType == JsonTokenType.String)
                {
                    Part(ref json, json.CurrentDepth - depth == 1);
                }

                HasEnvelope |= isEncrypted && json.TokenType == JsonTokenType.String && ReasoningEnvelope.IsOne(json.ValueSpan);
                Token(ref json, isMedia);
            }
        }
    }

    private void Part(ref Utf8JsonReader json, bool isItem)
    {
        IsReference |= isItem && json.ValueTextEquals("item_reference"u8);
        var (isChatImage, isChatFile) = (json.ValueTextEquals("image_url"u8), json.ValueTextEquals("file"u8));
        var (isImage, isFile) = (isChatImage || json.ValueTextEquals("input_image"u8), isChatFile || json.ValueTextEquals("input_file"u8));
        HasChatMedia |= isChatImage || isChatFile;
        HasFiles |= isFile;
        HasImages |= isImage;
        HasVideo |= json.ValueTextEquals("input_video"u8) || json.ValueTextEquals("video_url"u8);
        if (isImage || isFile || json.ValueTextEquals("image_generation_call"u8))
        {
            Images++;
        }
        else if (json.ValueTextEquals("input_audio"u8))
        {
            HasAudio = true;
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
