using System.Text.Json;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>What is counted of a request's messages and tools for holds and estimates, and which media are among them.</summary>
internal struct ChatCount
{
    /// <summary>A part is in a form that no provider of this dialect knows.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>Images and files: what is priced as an image may be.</summary>
    public int Images { get; private set; }

    public bool HasImages { get; private set; }

    public bool HasFiles { get; private set; }

    public bool HasAudio { get; private set; }

    public bool HasVideo { get; private set; }

    /// <summary>A mark for caches stands in it, which not every host of its dialect knows.</summary>
    public bool HasCacheMarks { get; private set; }

    public long MediaBytes { get; private set; }

    public long TextBytes { get; private set; }

    /// <summary>Walks over a value and counts its text and its media.</summary>
    public void Value(ref Utf8JsonReader json)
    {
        var depth = json.CurrentDepth;
        if (json.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            Token(ref json, isData: false);
            return;
        }

        while (json.Read() && json.CurrentDepth > depth)
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                Token(ref json, isData: false);
                continue;
            }

            var isType = json.ValueTextEquals("type"u8);
            HasCacheMarks |= json.ValueTextEquals("cache_control"u8);
            var isFile = !isType && json.ValueTextEquals("file_data"u8);
            var isData = isFile || (!isType && (json.ValueTextEquals("data"u8) || json.ValueTextEquals("url"u8)));
            if (isType || isData)
            {
                json.Read();
                IsForeign |= isFile && json.TokenType == JsonTokenType.String && json.ValueSpan.StartsWith("http"u8); // OpenRouter's way to name a file
                if (isType && json.TokenType == JsonTokenType.String)
                {
                    Part(ref json);
                }

                Token(ref json, isData);
            }
        }
    }

    private void Part(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("image_url"u8) || json.ValueTextEquals("image"u8))
        {
            Images++;
            HasImages = true;
        }
        else if (json.ValueTextEquals("file"u8) || json.ValueTextEquals("input_file"u8))
        {
            Images++;
            HasFiles = true;
        }
        else if (json.ValueTextEquals("input_audio"u8))
        {
            HasAudio = true;
        }
        else if (json.ValueTextEquals("document"u8))
        {
            IsForeign = HasFiles = true; // Anthropic's form of a file
        }
        else if (json.ValueTextEquals("video_url"u8) || json.ValueTextEquals("input_video"u8))
        {
            HasVideo = true;
        }
    }

    private void Token(ref Utf8JsonReader json, bool isData)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            return;
        }

        var length = json.ValueSpan.Length;
        if (isData && MediaText.IsMedia(json.ValueSpan))
        {
            MediaBytes += length;
        }
        else
        {
            TextBytes += length;
        }
    }
}
