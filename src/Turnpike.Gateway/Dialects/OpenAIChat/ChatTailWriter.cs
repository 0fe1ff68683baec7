using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Writes what is ours to say at the end of an answer: usage with its cost, the end of a stream, an error within a stream.</summary>
internal static class ChatTailWriter
{
    /// <summary>The rest of a whole answer, from its usage to its closing brace.</summary>
    public static void AppendUsageAndClose(ref PooledBuffer buffer, AnswerFacts facts, in Settled settled)
    {
        buffer.Append(",\"usage\":"u8);
        AppendUsage(ref buffer, facts, settled);
        AnswerRewriter.AppendMetadata(ref buffer, settled.Metadata);
        buffer.Append("}"u8);
    }

    /// <summary>The end of a stream, after the chunk that says <c>length</c> where we cut it.</summary>
    public static void AppendStreamEnd(ref PooledBuffer buffer, AnswerContext context, in Settled settled, bool isCut)
    {
        if (isCut)
        {
            AppendLength(ref buffer, context.Identity, context.Created);
        }

        AppendEnd(ref buffer, context.Identity, context.Created, context.Request.IncludeUsage, context.Facts, settled);
    }

    /// <summary>The end of a stream: the usage chunk and <c>[DONE]</c>.</summary>
    /// <param name="asked">The caller asked for usage and gets OpenAI's form (no choices); one that did not gets a choice with an empty
    /// delta, because clients of the older form index it.</param>
    public static void AppendEnd(ref PooledBuffer buffer, AnswerIdentity identity, long created, bool asked, AnswerFacts facts, in Settled settled)
    {
        AppendHead(ref buffer, identity, created);
        buffer.Append(asked ? "\"choices\":[],\"usage\":"u8 : "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":null}],\"usage\":"u8);
        AppendUsage(ref buffer, facts, settled);
        AnswerRewriter.AppendMetadata(ref buffer, settled.Metadata);
        buffer.Append("}\n\ndata: [DONE]\n\n"u8);
    }

    /// <summary>A chunk before all others, with a body (JSON) that was sent to a provider.</summary>
    public static void AppendSent(ref PooledBuffer buffer, AnswerIdentity identity, long created, ReadOnlySpan<byte> body)
    {
        AppendHead(ref buffer, identity, created);
        buffer.Append("\"choices\":[],\"debug\":{\"echo_upstream_body\":"u8);
        buffer.Append(body);
        buffer.Append("}}\n\n"u8);
    }

    /// <summary>The chunk that ends an answer which we cut at its limit.</summary>
    public static void AppendLength(ref PooledBuffer buffer, AnswerIdentity identity, long created)
    {
        AppendHead(ref buffer, identity, created);
        buffer.Append("\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\",\"native_finish_reason\":\"length\"}]}\n\n"u8);
    }

    /// <summary>The chunk that tells an error after the answer has begun (section e.6); the stream ends after it, without <c>[DONE]</c>.</summary>
    public static void AppendError(ref PooledBuffer buffer, AnswerIdentity identity, long created, GatewayError error)
    {
        AppendHead(ref buffer, identity, created);
        AppendErrorMember(ref buffer, error);
        buffer.Append(",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\",\"native_finish_reason\":null}]"u8);
        AnswerRewriter.AppendMetadata(ref buffer, error.RouteMetadata);
        buffer.Append("}\n\n"u8);
    }

    /// <summary>The member <c>error</c> of an event.</summary>
    public static void AppendErrorMember(ref PooledBuffer buffer, GatewayError error)
    {
        buffer.Append("\"error\":{\"code\":"u8);
        JsonText.AppendNumber(ref buffer, error.Status);
        buffer.Append(",\"message\":"u8);
        buffer.Append(JsonText.Quote(error.Message));
        buffer.Append(",\"metadata\":{\"error_type\":"u8);
        buffer.Append(JsonText.Quote(error.Type));
        if (error.ProviderName is not null)
        {
            buffer.Append(",\"provider_name\":"u8);
            buffer.Append(JsonText.Quote(error.ProviderName));
        }

        if (error.ProviderCode is not null)
        {
            buffer.Append(",\"provider_code\":"u8);
            buffer.Append(JsonText.Quote(error.ProviderCode));
        }

        buffer.Append("}}"u8);
    }

    /// <summary>The beginning of a chunk, up to the comma before its choices.</summary>
    public static void AppendHead(ref PooledBuffer buffer, AnswerIdentity identity, long created)
    {
        buffer.Append("data: {\"id\":"u8);
        buffer.Append(identity.Id);
        buffer.Append(",\"object\":\"chat.completion.chunk\",\"created\":"u8);
        JsonText.AppendNumber(ref buffer, created);
        buffer.Append(",\"model\":"u8);
        buffer.Append(identity.Model);
        buffer.Append(",\"provider\":"u8);
        buffer.Append(identity.Provider);
        buffer.Append(","u8);
    }

    // The provider's own members where it reported usage, ours where it did not; then what it cost.
    private static void AppendUsage(ref PooledBuffer buffer, AnswerFacts facts, in Settled settled)
    {
        buffer.Append("{"u8);
        if (settled.Bill.Basis == BillingBasis.ProviderUsage && facts.UsageMembers.Length > 0)
        {
            buffer.Append(facts.UsageMembers);
        }
        else
        {
            AppendCounts(ref buffer, settled.Bill.Usage);
        }

        buffer.Append(",\"cost\":"u8);
        JsonText.AppendUsd(ref buffer, settled.Charged);
        buffer.Append(",\"is_byok\":false,\"cost_details\":{\"upstream_inference_cost\":null,\"upstream_inference_prompt_cost\":"u8);
        JsonText.AppendUsd(ref buffer, settled.Cost.Prompt);
        buffer.Append(",\"upstream_inference_completions_cost\":"u8);
        JsonText.AppendUsd(ref buffer, settled.Cost.Completion);
        buffer.Append("}}"u8);
    }

    private static void AppendCounts(ref PooledBuffer buffer, in TokenUsage usage)
    {
        buffer.Append("\"prompt_tokens\":"u8);
        JsonText.AppendNumber(ref buffer, usage.PromptTokens);
        buffer.Append(",\"completion_tokens\":"u8);
        JsonText.AppendNumber(ref buffer, usage.CompletionTokens);
        buffer.Append(",\"total_tokens\":"u8);
        JsonText.AppendNumber(ref buffer, usage.TotalTokens);
        if (usage.CachedTokens is not null || usage.CacheWriteTokens is not null || usage.PromptAudioTokens is not null)
        {
            buffer.Append(",\"prompt_tokens_details\":{"u8);
            var any = false;
            AppendCount(ref buffer, "\"cached_tokens\":"u8, usage.CachedTokens, ref any);
            AppendCount(ref buffer, "\"cache_write_tokens\":"u8, usage.CacheWriteTokens, ref any);
            AppendCount(ref buffer, "\"audio_tokens\":"u8, usage.PromptAudioTokens, ref any);
            buffer.Append("}"u8);
        }

        if (usage.ReasoningTokens is not null || usage.CompletionAudioTokens is not null || usage.CompletionImageTokens is not null)
        {
            buffer.Append(",\"completion_tokens_details\":{"u8);
            var any = false;
            AppendCount(ref buffer, "\"reasoning_tokens\":"u8, usage.ReasoningTokens, ref any);
            AppendCount(ref buffer, "\"audio_tokens\":"u8, usage.CompletionAudioTokens, ref any);
            AppendCount(ref buffer, "\"image_tokens\":"u8, usage.CompletionImageTokens, ref any);
            buffer.Append("}"u8);
        }
    }

    private static void AppendCount(ref PooledBuffer buffer, scoped ReadOnlySpan<byte> name, int? count, ref bool any)
    {
        if (count is { } known)
        {
            if (any)
            {
                buffer.Append(","u8);
            }

            any = true;
            buffer.Append(name);
            JsonText.AppendNumber(ref buffer, known);
        }
    }
}
