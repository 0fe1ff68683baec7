using Turnpike.Core.Errors;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Writes the events of a stream.</summary>
internal static class MessagesEvents
{
    /// <summary>The message begins, and that it is under way.</summary>
    public static void MessageStart(ref PooledBuffer output, AnswerContext context)
    {
        output.Append("event: message_start\ndata: {\"type\":\"message_start\",\"message\":"u8);
        MessagesBody.AppendHead(ref output, context);
        output.Append("[],\"stop_reason\":null,\"stop_sequence\":null,\"stop_details\":null,\"usage\":"u8);
        MessagesBody.AppendOpenUsage(ref output, context.Request.PromptTokensEstimate);
        output.Append("}}\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n"u8);
    }

    public static void BlockStart(ref PooledBuffer output, MessagesBlock block)
    {
        output.Append("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":"u8);
        JsonText.AppendNumber(ref output, block.Index);
        output.Append(",\"content_block\":"u8);
        MessagesBlockText.AppendStart(ref output, block);
        output.Append("}\n\n"u8);
    }

    /// <summary>A piece of a text, a thought or a call's arguments.</summary>
    public static void Delta(ref PooledBuffer output, MessagesBlock block, ReadOnlySpan<byte> escaped)
    {
        OpenDelta(ref output, block, block.Kind switch
        {
            MessagesBlockKind.Text => "text_delta\",\"text\":\""u8,
            MessagesBlockKind.Thinking => "thinking_delta\",\"thinking\":\""u8,
            MessagesBlockKind.Call => "input_json_delta\",\"partial_json\":\""u8,
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        output.Append(escaped);
        output.Append("\"}}\n\n"u8);
    }

    public static void Citation(ref PooledBuffer output, MessagesBlock block, ReadOnlySpan<byte> json)
    {
        OpenDelta(ref output, block, "citations_delta\",\"citation\":"u8);
        output.Append(json);
        output.Append("}}\n\n"u8);
    }

    /// <summary>A block is told; a thought ends with what stands under it.</summary>
    public static void BlockStop(ref PooledBuffer output, MessagesBlock block)
    {
        if (block.Kind == MessagesBlockKind.Thinking)
        {
            OpenDelta(ref output, block, "signature_delta\",\"signature\":\""u8);
            MessagesBlockText.AppendSignature(ref output, block);
            output.Append("\"}}\n\n"u8);
        }

        BlockStop(ref output, block.Index);
    }

    public static void BlockStop(ref PooledBuffer output, int index)
    {
        output.Append("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"u8);
        JsonText.AppendNumber(ref output, index);
        output.Append("}\n\n"u8);
    }

    /// <summary>Why the message ended and what it cost.</summary>
    /// <param name="stopSequence">Escaped; empty where none ended it.</param>
    public static void MessageDelta(ref PooledBuffer output, string stopReason, ReadOnlySpan<byte> stopSequence, in Settled settled)
    {
        output.Append("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"container\":null,"u8);
        MessagesBody.AppendStop(ref output, stopReason, stopSequence);
        output.Append("},\"usage\":"u8);
        MessagesBody.AppendUsage(ref output, settled);
        output.Append("}\n\n"u8);
    }

    /// <summary>Nothing follows.</summary>
    public static void MessageStop(ref PooledBuffer output, in Settled settled)
    {
        output.Append("event: message_stop\ndata: {\"type\":\"message_stop\""u8);
        AnswerRewriter.AppendMetadata(ref output, settled.Metadata);
        output.Append("}\n\n"u8);
    }

    public static void Error(ref PooledBuffer output, GatewayError error)
    {
        output.Append("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"u8);
        output.Append(JsonText.Quote(MessagesErrorTypes.Of(error)));
        output.Append(",\"message\":"u8);
        output.Append(JsonText.Quote(MessagesErrorTypes.MessageOf(error)));
        output.Append(",\"error_type\":"u8);
        output.Append(JsonText.Quote(error.Type));
        output.Append("}"u8);
        AnswerRewriter.AppendMetadata(ref output, error.RouteMetadata);
        output.Append("}\n\n"u8);
    }

    private static void OpenDelta(ref PooledBuffer output, MessagesBlock block, ReadOnlySpan<byte> kind)
    {
        output.Append("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"u8);
        JsonText.AppendNumber(ref output, block.Index);
        output.Append(",\"delta\":{\"type\":\""u8);
        output.Append(kind);
    }
}
