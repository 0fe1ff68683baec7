using System.Text.Json;
using Turnpike.Core.Inference;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Counts of <c>usageMetadata</c>: of the whole answer so far. Google counts thoughts and what tools added to the prompt beside the rest,
/// and what came from the cache inside the prompt. A zero is left out.</summary>
internal struct GeminiUsage
{
    private long? _prompt;
    private long? _candidates;
    private long? _thoughts;
    private long? _cached;
    private long _toolPrompt;
    private int? _promptAudio;
    private int? _audio;
    private int? _image;

    /// <param name="data">An object.</param>
    public static GeminiUsage Read(ReadOnlySpan<byte> data)
    {
        var read = default(GeminiUsage);
        var json = new Utf8JsonReader(data);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            read.ReadMember(ref json);
        }

        return read;
    }

    /// <summary>The counts; null while output is not among them.</summary>
    /// <param name="isEmptyEnd">The answer ended without content, so that no count of output means none. Else it is not known.</param>
    public readonly TokenUsage? Total(bool isEmptyEnd) => _prompt is not { } prompt || (_candidates is null && _thoughts is null && !isEmptyEnd)
        ? null
        : new(Bounded(prompt + _toolPrompt), Bounded((_candidates ?? 0) + (_thoughts ?? 0)))
        {
            CachedTokens = _cached is { } cached ? Bounded(Math.Min(cached, prompt + _toolPrompt)) : null,
            ReasoningTokens = _thoughts is { } thoughts ? Bounded(thoughts) : null,
            PromptAudioTokens = _promptAudio,
            CompletionAudioTokens = _audio,
            CompletionImageTokens = _image,
        };

    private void ReadMember(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("promptTokenCount"u8))
        {
            _prompt = GeminiJson.Count(ref json);
        }
        else if (json.ValueTextEquals("candidatesTokenCount"u8))
        {
            _candidates = GeminiJson.Count(ref json);
        }
        else if (json.ValueTextEquals("thoughtsTokenCount"u8))
        {
            _thoughts = GeminiJson.Count(ref json);
        }
        else if (json.ValueTextEquals("cachedContentTokenCount"u8))
        {
            _cached = GeminiJson.Count(ref json);
        }
        else if (json.ValueTextEquals("toolUsePromptTokenCount"u8))
        {
            _toolPrompt = GeminiJson.Count(ref json) ?? 0;
        }
        else if (json.ValueTextEquals("promptTokensDetails"u8))
        {
            (_promptAudio, _) = ReadModalities(ref json);
        }
        else if (json.ValueTextEquals("candidatesTokensDetails"u8))
        {
            (_audio, _image) = ReadModalities(ref json);
        }
        else
        {
            GeminiJson.Pass(ref json);
        }
    }

    // [{"modality":"AUDIO","tokenCount":1}]
    private static (int? Audio, int? Image) ReadModalities(ref Utf8JsonReader json)
    {
        (int? audio, int? image) = (null, null);
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return (null, null);
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                continue;
            }

            var (isAudio, isImage, count) = ReadModality(ref json);
            audio = isAudio ? count : audio;
            image = isImage ? count : image;
        }

        return (audio, image);
    }

    private static (bool IsAudio, bool IsImage, int? Count) ReadModality(ref Utf8JsonReader json)
    {
        (bool isAudio, bool isImage, int? count) = (false, false, null);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isModality = json.ValueTextEquals("modality"u8);
            if (json.ValueTextEquals("tokenCount"u8))
            {
                count = GeminiJson.Count(ref json) is { } number ? Bounded(number) : null;
                continue;
            }

            json.Read();
            isAudio |= isModality && json.TokenType == JsonTokenType.String && json.ValueTextEquals("AUDIO"u8);
            isImage |= isModality && json.TokenType == JsonTokenType.String && json.ValueTextEquals("IMAGE"u8);
            json.Skip();
        }

        return (isAudio, isImage, count);
    }

    private static int Bounded(long count) => (int)Math.Min(count, int.MaxValue / 2);
}
