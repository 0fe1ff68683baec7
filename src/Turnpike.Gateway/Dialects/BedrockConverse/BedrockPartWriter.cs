using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Writes the system's words and the turns of a prompt, each mark as a block behind what it marks.</summary>
internal sealed class BedrockPartWriter(Utf8JsonWriter json, BedrockModel model, BedrockCallIds ids)
{
    private readonly BedrockMediaWriter _media = new(json);

    public GatewayError? WriteAll(AnthropicPrompt prompt)
    {
        json.WriteStartArray("messages"u8);
        foreach (var turn in prompt.Turns)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, turn.IsAssistant ? "assistant"u8 : "user"u8);
            json.WriteStartArray("content"u8);
            foreach (var block in turn.Blocks)
            {
                var isEnd = prompt.IsPrefilled && block == prompt.Turns[^1].Blocks[^1];
                if (Write(isEnd ? Trimmed(block.Part) : block.Part, block.Mark) is { } unsaid)
                {
                    return unsaid;
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteSystem(prompt);
        return null;
    }

    public void WriteMark(CacheMark? mark)
    {
        if (mark is not null)
        {
            json.WriteStartObject();
            json.WriteStartObject("cachePoint"u8);
            json.WriteString("type"u8, "default"u8);
            json.StringIf("ttl", mark.Ttl == "1h" && model.Claude.IsFrom45 ? "1h" : null);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private void WriteSystem(AnthropicPrompt prompt)
    {
        if (prompt.System.Count == 0)
        {
            return;
        }

        json.WriteStartArray("system"u8);
        foreach (var block in prompt.System)
        {
            Write(block.Part, block.Mark); // text, which is never refused
        }

        json.WriteEndArray();
    }

    // A beginning that ends in white space is refused.
    private static Part Trimmed(Part part) => part is TextPart text ? text with { Text = text.Text.TrimEnd() } : part;

    private GatewayError? Write(Part part, CacheMark? mark)
    {
        if (Write(part) is { } unsaid)
        {
            return unsaid;
        }

        WriteMark(mark);
        return null;
    }

    private GatewayError? Write(Part part)
    {
        switch (part)
        {
            case TextPart text:
                WriteText(text);
                return null;
            case RefusalPart refusal:
                WriteText(new(refusal.Text));
                return null;
            case MediaPart media:
                return _media.Write(media);
            case ToolCallPart call:
                WriteCall(call);
                return null;
            case ToolResultPart result:
                return WriteResult(result);
            case ReasoningPart reasoning:
                WriteReasoning(reasoning);
                return null;
            case RawPart: // left out before
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void WriteText(TextPart text)
    {
        json.WriteStartObject();
        json.Text("text"u8, text);
        json.WriteEndObject();
    }

    private void WriteCall(ToolCallPart call)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolUse"u8);
        json.WriteString("toolUseId"u8, ids.OfCall(call.Id));
        json.WriteString("name"u8, call.Name);
        json.ObjectText("input", call.Arguments);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteReasoning(ReasoningPart reasoning)
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
            json.StringIf("signature", reasoning.Signature);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private GatewayError? WriteResult(ToolResultPart result)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolResult"u8);
        json.WriteString("toolUseId"u8, ids.OfResult(result.CallId));
        json.WriteStartArray("content"u8);
        var said = result.Content.Where(static p => p is MediaPart || (p is TextPart text && !text.IsBlank)).ToList();
        foreach (var part in said.Count > 0 ? said : [AnthropicPrompt.Opening])
        {
            if (Write(part) is { } unsaid)
            {
                return unsaid;
            }
        }

        json.WriteEndArray();
        json.StringIf("status", result.IsError && model.TakesNamedTool ? "error" : null);
        json.WriteEndObject();
        json.WriteEndObject();
        return null;
    }
}
