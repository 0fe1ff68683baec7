using System.Text;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Writes the message object: what it is, why it ended, its usage with the cost.</summary>
internal static class MessagesBody
{
    /// <summary>Up to its content.</summary>
    public static void AppendHead(ref PooledBuffer output, AnswerContext context)
    {
        output.Append("{\"id\":"u8);
        output.Append(context.Identity.Id);
        output.Append(",\"type\":\"message\",\"role\":\"assistant\",\"model\":"u8);
        output.Append(context.Identity.Model);
        output.Append(",\"provider\":"u8);
        output.Append(context.Identity.Provider);
        output.Append(",\"container\":null,\"content\":"u8);
    }

    /// <param name="stopSequence">Escaped; empty where none ended it.</param>
    public static void AppendStop(ref PooledBuffer output, string stopReason, ReadOnlySpan<byte> stopSequence)
    {
        output.Append("\"stop_reason\":"u8);
        output.Append(JsonText.Quote(stopReason));
        output.Append(stopSequence.IsEmpty ? ",\"stop_sequence\":null"u8 : ",\"stop_sequence\":\""u8);
        output.Append(stopSequence);
        output.Append(stopSequence.IsEmpty ? ",\"stop_details\":null"u8 : "\",\"stop_details\":null"u8);
    }

    /// <summary>The usage of a message that has begun: nobody has counted yet, and clients' types have no null here.</summary>
    /// <param name="expected">Tokens of input by our rule: some clients look nowhere else, and the end corrects it for the others.</param>
    public static void AppendOpenUsage(ref PooledBuffer output, int expected)
    {
        Number(ref output, "{\"input_tokens\":"u8, expected);
        output.Append(",\"cache_creation_input_tokens\":null,\"cache_read_input_tokens\":null,\"cache_creation\":null,\"output_tokens\":0,\"output_tokens_details\":null,\"server_tool_use\":null,\"service_tier\":null,\"inference_geo\":null}"u8);
    }

    /// <summary>A usage object of ours. Anthropic counts what its cache gave and took beside the input.</summary>
    public static void AppendUsage(ref PooledBuffer output, in Settled settled)
    {
        TokenUsage usage = settled.Bill.Usage;
        var beside = (long)(usage.CachedTokens ?? 0) + (usage.CacheWriteTokens ?? 0);
        Number(ref output, "{\"input_tokens\":"u8, Math.Max(0, usage.PromptTokens - beside));
        Number(ref output, ",\"cache_creation_input_tokens\":"u8, usage.CacheWriteTokens);
        Number(ref output, ",\"cache_read_input_tokens\":"u8, usage.CachedTokens);
        AppendWritten(ref output, usage);
        Number(ref output, ",\"output_tokens\":"u8, usage.CompletionTokens);
        if (usage.ReasoningTokens is { } thinking)
        {
            Number(ref output, ",\"output_tokens_details\":{\"thinking_tokens\":"u8, thinking);
            output.Append("}"u8);
        }
        else
        {
            output.Append(",\"output_tokens_details\":null"u8);
        }

        output.Append(",\"server_tool_use\":null,\"service_tier\":null,\"inference_geo\":null"u8);
        AnswerRewriter.AppendCost(ref output, settled);
        output.Append("}"u8);
    }

    // By how long it is kept, where that is known.
    private static void AppendWritten(ref PooledBuffer output, in TokenUsage usage)
    {
        if (usage is not { CacheWriteTokens: { } written, CacheWriteHourTokens: { } hour })
        {
            output.Append(",\"cache_creation\":null"u8);
            return;
        }

        Number(ref output, ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":"u8, Math.Max(0, written - hour));
        Number(ref output, ",\"ephemeral_1h_input_tokens\":"u8, hour);
        output.Append("}"u8);
    }

    private static void Number(ref PooledBuffer output, ReadOnlySpan<byte> member, long? number)
    {
        output.Append(member);
        if (number is { } known)
        {
            JsonText.AppendNumber(ref output, known);
        }
        else
        {
            output.Append("null"u8);
        }
    }
}
