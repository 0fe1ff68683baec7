using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Writes the system's words and the turns of a prompt.</summary>
internal static class AnthropicPartWriter
{
    public static GatewayError? WriteAll(Utf8JsonWriter json, AnthropicPrompt prompt)
    {
        var ids = new AnthropicCallIds();
        if (prompt.System.Count > 0)
        {
            json.WriteStartArray("system"u8);
            foreach (var block in prompt.System)
            {
                Write(json, block.Part, block.Mark, ids);
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("messages"u8);
        foreach (var turn in prompt.Turns)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, turn.IsAssistant ? "assistant"u8 : "user"u8);
            json.WriteStartArray("content"u8);
            for (var i = 0; i < turn.Blocks.Count; i++)
            {
                var block = turn.Blocks[i];
                var isEnd = prompt.IsPrefilled && turn == prompt.Turns[^1] && i == turn.Blocks.Count - 1;
                if (Write(json, isEnd ? Trimmed(block.Part) : block.Part, block.Mark, ids) is { } unsaid)
                {
                    return unsaid;
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return null;
    }

    public static void WriteMark(Utf8JsonWriter json, CacheMark? mark)
    {
        if (mark is not null)
        {
            json.WriteStartObject("cache_control"u8);
            json.WriteString("type"u8, "ephemeral"u8);
            json.StringIf("ttl", mark.Ttl);
            json.WriteEndObject();
        }
    }

    /// <summary>An object as it came, with a mark added where there is one.</summary>
    public static void WriteMarked(Utf8JsonWriter json, ReadOnlyMemory<byte> raw, CacheMark? mark)
    {
        if (mark is null)
        {
            json.WriteRawValue(raw.Span, skipInputValidation: true);
            return;
        }

        using var document = JsonDocument.Parse(raw);
        json.WriteStartObject();
        foreach (var member in document.RootElement.EnumerateObject().Where(static m => m.Name != "cache_control"))
        {
            member.WriteTo(json);
        }

        WriteMark(json, mark);
        json.WriteEndObject();
    }

    // A beginning that ends in white space is refused.
    private static Part Trimmed(Part part) => part is TextPart text ? text with { Text = text.Text.TrimEnd() } : part;

    private static GatewayError? Write(Utf8JsonWriter json, Part part, CacheMark? mark, AnthropicCallIds ids)
    {
        switch (part)
        {
            case TextPart text:
                WriteText(json, text, mark);
                return null;
            case RefusalPart refusal:
                WriteText(json, new(refusal.Text), mark);
                return null;
            case MediaPart media:
                return AnthropicMediaWriter.Write(json, media, mark);
            case ToolCallPart call:
                json.WriteStartObject();
                json.WriteString("type"u8, "tool_use"u8);
                json.WriteString("id"u8, ids.OfCall(call.Id));
                json.WriteString("name"u8, call.Name);
                json.ObjectText("input", call.Arguments);
                WriteMark(json, mark);
                json.WriteEndObject();
                return null;
            case ToolResultPart result:
                return WriteResult(json, result, mark, ids);
            case ReasoningPart reasoning:
                WriteReasoning(json, reasoning);
                return null;
            case RawPart raw:
                json.WriteRawValue(raw.Json.Span, skipInputValidation: true);
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void WriteText(Utf8JsonWriter json, TextPart text, CacheMark? mark)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.Text("text"u8, text);
        WriteMark(json, mark);
        json.WriteEndObject();
    }

    private static void WriteReasoning(Utf8JsonWriter json, ReasoningPart reasoning)
    {
        json.WriteStartObject();
        if (reasoning.Kind == ReasoningKind.Encrypted)
        {
            json.WriteString("type"u8, "redacted_thinking"u8);
            json.WriteString("data"u8, reasoning.Data);
        }
        else
        {
            json.WriteString("type"u8, "thinking"u8);
            json.WriteString("thinking"u8, reasoning.Text ?? "");
            json.WriteString("signature"u8, reasoning.Signature);
        }

        json.WriteEndObject();
    }

    private static GatewayError? WriteResult(Utf8JsonWriter json, ToolResultPart result, CacheMark? mark, AnthropicCallIds ids)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_result"u8);
        json.WriteString("tool_use_id"u8, ids.OfResult(result.CallId));
        var content = result.Content.Where(static p => p is MediaPart or RawPart { Dialect: Core.Catalog.Dialects.AnthropicMessages }
            || (p is TextPart text && !text.IsBlank)).ToList();
        if (content.Count > 0)
        {
            json.WriteStartArray("content"u8);
            foreach (var part in content)
            {
                if (Write(json, part, mark: null, ids) is { } unsaid)
                {
                    return unsaid;
                }
            }

            json.WriteEndArray();
        }

        json.BooleanIf("is_error", result.IsError ? true : null);
        WriteMark(json, mark);
        json.WriteEndObject();
        return null;
    }
}
