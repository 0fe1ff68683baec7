using System.Text;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Content blocks as JSON: as they begin in a stream, and whole.</summary>
internal static class MessagesBlockText
{
    /// <summary>A block as a stream begins it: what comes in pieces is empty.</summary>
    public static void AppendStart(ref PooledBuffer output, MessagesBlock block)
    {
        switch (block.Kind)
        {
            case MessagesBlockKind.Text:
                output.Append("{\"type\":\"text\",\"text\":\"\",\"citations\":[]}"u8);
                break;
            case MessagesBlockKind.Thinking:
                output.Append("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"u8);
                break;
            case MessagesBlockKind.Call:
                AppendCallHead(ref output, block);
                output.Append("{}}"u8);
                break;
            case MessagesBlockKind.Sealed or MessagesBlockKind.Image:
                Append(ref output, block);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>A whole block.</summary>
    public static void Append(ref PooledBuffer output, MessagesBlock block)
    {
        switch (block.Kind)
        {
            case MessagesBlockKind.Text:
                output.Append("{\"type\":\"text\",\"text\":\""u8);
                output.Append(block.Body.Span);
                output.Append("\",\"citations\":["u8); // not null where there are none: some clients' types have no null here
                output.Append(block.Citations.Span);
                output.Append("]}"u8);
                break;
            case MessagesBlockKind.Thinking:
                output.Append("{\"type\":\"thinking\",\"thinking\":\""u8);
                output.Append(block.Body.Span);
                output.Append("\",\"signature\":\""u8);
                AppendSignature(ref output, block);
                output.Append("\"}"u8);
                break;
            case MessagesBlockKind.Sealed:
                output.Append("{\"type\":\"redacted_thinking\",\"data\":\""u8);
                AppendSealed(ref output, block);
                output.Append("\"}"u8);
                break;
            case MessagesBlockKind.Call:
                AppendCallHead(ref output, block);
                AppendInput(ref output, block);
                output.Append("}"u8);
                break;
            case MessagesBlockKind.Image:
                AppendImage(ref output, block);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>What stands under a thought: Anthropic's signature, or an envelope around that of another format, without the text, which stands above.</summary>
    public static void AppendSignature(ref PooledBuffer output, MessagesBlock block)
    {
        if (block is { Format: ReasoningFormats.Anthropic, Signature.Length: > 0 })
        {
            output.Append(block.Signature.Span);
            return;
        }

        var signature = block.Signature.Length > 0 ? JsonText.Meaning(block.Signature.Span) : null;
        output.Append(Encoding.ASCII.GetBytes(ReasoningEnvelope.Encode(new(block.Thought, block.Format) { Signature = signature, Id = IdOf(block) })));
    }

    private static void AppendSealed(ref PooledBuffer output, MessagesBlock block)
    {
        if (block.Format == ReasoningFormats.Anthropic)
        {
            output.Append(block.Body.Span);
            return;
        }

        var part = new ReasoningPart(ReasoningKind.Encrypted, block.Format) { Data = JsonText.Meaning(block.Body.Span), Id = IdOf(block) };
        output.Append(Encoding.ASCII.GetBytes(ReasoningEnvelope.Encode(part)));
    }

    private static string? IdOf(MessagesBlock block) => block.NativeId.Length > 0 ? JsonText.Meaning(block.NativeId) : null;

    private static void AppendCallHead(ref PooledBuffer output, MessagesBlock block)
    {
        output.Append("{\"type\":\"tool_use\",\"id\":\""u8);
        output.Append(block.CallId);
        output.Append("\",\"name\":\""u8);
        output.Append(block.Name);
        output.Append("\",\"caller\":{\"type\":\"direct\"},\"input\":"u8);
    }

    // Arguments that are no object (cut short, or made badly) are told as they are: an empty input would be a call that nobody meant.
    private static void AppendInput(ref PooledBuffer output, MessagesBlock block)
    {
        var arguments = JsonText.Meaning(block.Body.Span);
        if (string.IsNullOrWhiteSpace(arguments))
        {
            output.Append("{}"u8);
        }
        else if (JsonWriting.IsObject(arguments))
        {
            output.Append(Encoding.UTF8.GetBytes(arguments));
        }
        else
        {
            output.Append("{\"_arguments\":\""u8);
            output.Append(block.Body.Span);
            output.Append("\"}"u8);
        }
    }

    private static void AppendImage(ref PooledBuffer output, MessagesBlock block)
    {
        output.Append("{\"type\":\"image\",\"source\":{\"type\":\""u8);
        if (block.MediaType.Length > 0)
        {
            output.Append("base64\",\"media_type\":\""u8);
            output.Append(block.MediaType);
            output.Append("\",\"data\":\""u8);
        }
        else
        {
            output.Append("url\",\"url\":\""u8);
        }

        output.Append(block.Body.Span);
        output.Append("\"}}"u8);
    }

    /// <summary>True where the arguments so far are one JSON object: the call is told.</summary>
    public static bool IsWhole(MessagesBlock call) => JsonWriting.IsObject(JsonText.Meaning(call.Body.Span));
}
