using System.Text;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Output items and their parts as JSON.</summary>
internal static class ResponsesItemText
{
    /// <summary>An item as it is now.</summary>
    public static void Append(ref PooledBuffer output, ResponsesItem item)
    {
        output.Append("{\"id\":\""u8);
        output.Append(item.Id);
        switch (item.Kind)
        {
            case ResponsesItemKind.Message:
                output.Append("\",\"type\":\"message\",\"role\":\"assistant\",\"content\":["u8);
                AppendParts(ref output, item, static _ => true);
                output.Append("]"u8);
                break;
            case ResponsesItemKind.Reasoning:
                AppendReasoning(ref output, item);
                break;
            case ResponsesItemKind.Call:
                output.Append(item.IsFreeform ? "\",\"type\":\"custom_tool_call\",\"call_id\":\""u8 : "\",\"type\":\"function_call\",\"call_id\":\""u8);
                output.Append(item.CallId);
                output.Append("\",\"name\":\""u8);
                output.Append(item.Name);
                output.Append(item.IsFreeform ? "\",\"input\":\""u8 : "\",\"arguments\":\""u8);
                output.Append(!item.IsFreeform ? item.Body.Span : item.IsOpen ? default : item.Input);
                output.Append("\""u8);
                break;
            case ResponsesItemKind.Image:
                output.Append("\",\"type\":\"image_generation_call\",\"result\":"u8);
                output.Append(item.IsOpen ? "null"u8 : "\""u8);
                output.Append(item.IsOpen ? default : item.Body.Span);
                output.Append(item.IsOpen ? default : "\""u8);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        output.Append(",\"status\":\""u8);
        output.Append(Encoding.ASCII.GetBytes(item.Status));
        output.Append("\"}"u8);
    }

    /// <summary>A part as it is now.</summary>
    public static void Append(ref PooledBuffer output, ResponsesPart part)
    {
        output.Append(part.Kind switch
        {
            ResponsesPartKind.Text => "{\"type\":\"output_text\",\"text\":\""u8,
            ResponsesPartKind.Refusal => "{\"type\":\"refusal\",\"refusal\":\""u8,
            ResponsesPartKind.Summary => "{\"type\":\"summary_text\",\"text\":\""u8,
            ResponsesPartKind.Thought => "{\"type\":\"reasoning_text\",\"text\":\""u8,
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        output.Append(part.Text.Span);
        output.Append("\""u8);
        if (part.Kind == ResponsesPartKind.Text)
        {
            output.Append(",\"annotations\":["u8);
            output.Append(part.Annotations.Span);
            output.Append("],\"logprobs\":["u8);
            output.Append(part.Logprobs.Span);
            output.Append("]"u8);
        }

        output.Append("}"u8);
    }

    /// <summary>True where the thought is of a provider of this dialect, which gets it back as it gave it.</summary>
    public static bool IsNative(string? format) => format?.EndsWith("-responses-v1", StringComparison.Ordinal) == true;

    private static void AppendReasoning(ref PooledBuffer output, ResponsesItem item)
    {
        output.Append("\",\"type\":\"reasoning\",\"summary\":["u8);
        AppendParts(ref output, item, static p => p.Kind == ResponsesPartKind.Summary);
        output.Append("]"u8);
        if (item.Parts.Exists(static p => p.Kind == ResponsesPartKind.Thought))
        {
            output.Append(",\"content\":["u8);
            AppendParts(ref output, item, static p => p.Kind == ResponsesPartKind.Thought);
            output.Append("]"u8);
        }

        if (item.IsOpen)
        {
            return;
        }

        if (!IsNative(item.Format))
        {
            output.Append(",\"encrypted_content\":"u8);
            output.Append(JsonText.Quote(ReasoningEnvelope.Encode(Wrapped(item))));
        }
        else if (item.Encrypted.Length > 0)
        {
            output.Append(",\"encrypted_content\":\""u8);
            output.Append(item.Encrypted.Span);
            output.Append("\""u8);
        }
    }

    private static ReasoningPart Wrapped(ResponsesItem item)
    {
        var part = item.Parts.Count > 0 ? item.Parts[0] : null;
        var kind = item.IsSummary ? ReasoningKind.Summary
            : part is null && item.Encrypted.Length > 0 ? ReasoningKind.Encrypted
            : ReasoningKind.Text; // perhaps without a text: a signature alone
        return new(kind, item.Format)
        {
            Text = part is null ? null : JsonText.Meaning(part.Text.Span),
            Signature = item.Signature.Length > 0 ? JsonText.Meaning(item.Signature.Span) : null,
            Data = item.Encrypted.Length > 0 ? JsonText.Meaning(item.Encrypted.Span) : null,
            Id = item.NativeId.Length > 0 ? JsonText.Meaning(item.NativeId) : null,
        };
    }

    private static void AppendParts(ref PooledBuffer output, ResponsesItem item, Predicate<ResponsesPart> isMeant)
    {
        var any = false;
        foreach (var part in item.Parts)
        {
            if (isMeant(part))
            {
                output.Append(any ? ","u8 : default);
                any = true;
                Append(ref output, part);
            }
        }
    }
}
