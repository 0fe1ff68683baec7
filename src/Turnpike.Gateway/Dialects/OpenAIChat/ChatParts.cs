using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads a content that is a list of parts: texts, and thoughts as Mistral has them,
/// <c>{"type":"thinking","thinking":[{"type":"text","text":"…"}]}</c>.</summary>
internal static class ChatParts
{
    /// <param name="parts">The list with its brackets.</param>
    /// <param name="text">Takes the texts: each the inside of a JSON string.</param>
    public static void Read(ReadOnlySpan<byte> parts, int choice, AnswerSink sink, ChatText text)
    {
        var json = new Utf8JsonReader(parts);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            ReadPart(ref json, choice, sink, text, isThought: false);
        }
    }

    private static void ReadPart(ref Utf8JsonReader json, int choice, AnswerSink sink, ChatText text, bool isThought)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            Tell(ref json, choice, sink, text, isThought);
            return;
        }

        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isText = json.ValueTextEquals("text"u8);
            var isThinking = !isText && json.ValueTextEquals("thinking"u8);
            json.Read();
            if (isText && json.TokenType == JsonTokenType.String)
            {
                Tell(ref json, choice, sink, text, isThought);
            }
            else if (isThinking && json.TokenType == JsonTokenType.StartArray && !isThought)
            {
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    ReadPart(ref json, choice, sink, text, isThought: true);
                }
            }
            else if (isThinking && json.TokenType == JsonTokenType.String)
            {
                Tell(ref json, choice, sink, text, isThought: true);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static void Tell(ref Utf8JsonReader json, int choice, AnswerSink sink, ChatText text, bool isThought)
    {
        if (!isThought)
        {
            text.Take(choice, json.ValueSpan, sink);
        }
        else if (!json.ValueSpan.IsEmpty)
        {
            sink.Reasoning(choice, new(ReasoningKind.Text, 0, format: null) { Text = json.ValueSpan });
        }
    }
}
