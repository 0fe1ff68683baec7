using System.Text;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Writes the system's words and the turns of a prompt as Converse's blocks.</summary>
internal static class BedrockBlockWriter
{
    public static GatewayError? WriteAll(Utf8JsonWriter json, AnthropicPrompt prompt, bool withCachePoints)
    {
        var ids = new AnthropicCallIds();
        if (prompt.System.Count > 0)
        {
            json.WriteStartArray("system"u8);
            foreach (var block in prompt.System)
            {
                WriteText(json, ((TextPart)block.Part).Text); // the system says nothing but text
                WriteCachePoint(json, withCachePoints ? block.Mark : null);
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("messages"u8);
        foreach (var turn in prompt.Turns)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, turn.IsAssistant ? "assistant"u8 : "user"u8);
            json.WriteStartArray("content"u8);
            foreach (var block in turn.Blocks)
            {
                if (Write(json, block.Part, ids) is { } unsaid)
                {
                    return unsaid;
                }

                WriteCachePoint(json, withCachePoints ? block.Mark : null);
            }

            AddText(json, turn);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return null;
    }

    public static void WriteCachePoint(Utf8JsonWriter json, CacheMark? mark)
    {
        if (mark is not null)
        {
            json.WriteStartObject();
            json.WriteStartObject("cachePoint"u8);
            json.WriteString("type"u8, "default"u8);
            json.StringIf("ttl", mark.Ttl);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    // A document without a text beside it is refused.
    private static void AddText(Utf8JsonWriter json, AnthropicTurn turn)
    {
        if (turn.Blocks.Exists(static b => b.Part is MediaPart { Kind: MediaKind.Document }) && !turn.Blocks.Exists(static b => b.Part is TextPart))
        {
            WriteText(json, ".");
        }
    }

    private static GatewayError? Write(Utf8JsonWriter json, Part part, AnthropicCallIds ids)
    {
        switch (part)
        {
            case TextPart text:
                WriteText(json, text.Text);
                return null;
            case RefusalPart refusal:
                WriteText(json, refusal.Text);
                return null;
            case MediaPart media:
                return BedrockMediaWriter.Write(json, media);
            case ToolCallPart call:
                json.WriteStartObject();
                json.WriteStartObject("toolUse"u8);
                json.WriteString("toolUseId"u8, ids.OfCall(call.Id));
                json.WriteString("name"u8, call.Name);
                json.ObjectText("input", call.Arguments);
                json.WriteEndObject();
                json.WriteEndObject();
                return null;
            case ToolResultPart result:
                return WriteResult(json, result, ids);
            case ReasoningPart reasoning:
                WriteReasoning(json, reasoning);
                return null;
            case RawPart:
                return null; // of Anthropic's own dialect: Converse has no word for it
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    private static void WriteReasoning(Utf8JsonWriter json, ReasoningPart reasoning)
    {
        json.WriteStartObject();
        json.WriteStartObject("reasoningContent"u8);
        if (reasoning.Kind == ReasoningKind.Encrypted)
        {
            json.WriteString("redactedContent"u8, reasoning.Data);
        }
        else
        {
            json.WriteStartObject("reasoningText"u8);
            json.WriteString("text"u8, reasoning.Text ?? "");
            json.WriteString("signature"u8, reasoning.Signature);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static GatewayError? WriteResult(Utf8JsonWriter json, ToolResultPart result, AnthropicCallIds ids)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolResult"u8);
        json.WriteString("toolUseId"u8, ids.OfResult(result.CallId));
        json.WriteStartArray("content"u8);
        var count = 0;
        foreach (var part in result.Content)
        {
            if (part is MediaPart media)
            {
                count++;
                if (BedrockMediaWriter.Write(json, media) is { } unsaid)
                {
                    return unsaid;
                }
            }
            else if (part is TextPart { Text.Length: > 0 } text)
            {
                count++;
                WriteText(json, text.Text);
            }
        }

        if (count == 0)
        {
            WriteText(json, ".");
        }

        json.WriteEndArray();
        json.WriteString("status"u8, result.IsError ? "error"u8 : "success"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        return null;
    }
}
