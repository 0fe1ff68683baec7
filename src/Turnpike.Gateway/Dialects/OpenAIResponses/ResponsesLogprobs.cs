using System.Text.Json;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Probabilities of tokens: the elements of chat's <c>logprobs.content</c> are those of this API.</summary>
internal static class ResponsesLogprobs
{
    /// <summary>Adds the elements, with commas between.</summary>
    /// <param name="json">Chat's <c>logprobs</c> object.</param>
    public static void Add(ByteText told, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isContent = reader.ValueTextEquals("content"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex + 1;
            var isList = isContent && reader.TokenType == JsonTokenType.StartArray;
            reader.Skip();
            if (isList && json[start..((int)reader.BytesConsumed - 1)].Trim(" \r\n\t"u8) is { IsEmpty: false } tokens)
            {
                told.Append(told.Length > 0 ? ","u8 : default);
                told.Append(tokens);
            }
        }
    }
}
