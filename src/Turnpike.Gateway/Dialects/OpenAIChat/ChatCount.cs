using System.Text.Json;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>What is counted of a request's messages and tools for holds and estimates, and which media are among them.</summary>
internal struct ChatCount
{
    /// <summary>A part is in a form that no provider of this dialect knows.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>Where addresses of images stand without an object around them; null where none does.</summary>
    public List<Range>? BareImages { get; private set; }

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

    private bool _isTools;

    /// <summary>Walks over tools, whose schemas may have any names.</summary>
    public void Tools(ref Utf8JsonReader json)
    {
        _isTools = true;
        Value(ref json);
        _isTools = false;
    }

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
            var isMedia = !isData && !isType && IsMedia(json.ValueSpan);
            var isImage = isMedia && json.ValueTextEquals("image_url"u8);
            if (isType || isData || isMedia)
            {
                json.Read();
                if (isMedia && json.TokenType == JsonTokenType.String && !_isTools)
                {
                    Bare(ref json, isImage);
                    isData = true;
                }

                IsForeign |= isFile && json.TokenType == JsonTokenType.String && json.ValueSpan.StartsWith("http"u8); // OpenRouter's way to name a file
                if (isType && json.TokenType == JsonTokenType.String)
                {
                    Part(ref json);
                }

                Token(ref json, isData);
            }
        }
    }

    // Members with an object in them, and in older forms a text.
    private static bool IsMedia(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => name.SequenceEqual("file"u8),
        5 => name.SequenceEqual("image"u8),
        9 => name.SequenceEqual("image_url"u8) || name.SequenceEqual("video_url"u8),
        11 => name.SequenceEqual("input_audio"u8) || name.SequenceEqual("input_video"u8),
        _ => false,
    };

    private void Bare(ref Utf8JsonReader json, bool isImage)
    {
        if (isImage)
        {
            (BareImages ??= []).Add((int)json.TokenStartIndex..(int)json.BytesConsumed);
        }
        else
        {
            IsForeign = true;
        }
    }

    private void Part(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("image_url"u8))
        {
            Images++;
            HasImages = true;
        }
        else if (json.ValueTextEquals("image"u8) || json.ValueTextEquals("input_image"u8))
        {
            // Anthropic's form, and the one of the Responses API.
            Images++;
            HasImages = true;
            IsForeign |= !_isTools;
        }
        else if (json.ValueTextEquals("file"u8))
        {
            Images++;
            HasFiles = true;
        }
        else if (json.ValueTextEquals("input_file"u8))
        {
            Images++;
            HasFiles = true;
            IsForeign |= !_isTools;
        }
        else if (json.ValueTextEquals("input_text"u8) || json.ValueTextEquals("output_text"u8))
        {
            IsForeign |= !_isTools;
        }
        else if (json.ValueTextEquals("input_audio"u8))
        {
            HasAudio = true;
        }
        else if (json.ValueTextEquals("document"u8))
        {
            HasFiles = true; // Anthropic's form of a file
            IsForeign |= !_isTools;
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
