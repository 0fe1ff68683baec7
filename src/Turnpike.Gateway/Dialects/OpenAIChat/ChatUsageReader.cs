using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Reads a usage object: the counts that are billed, and the members that are shown.</summary>
internal static class ChatUsageReader
{
    /// <summary>Reads from the object's opening brace to its closing one. Appends its members to <paramref name="members"/>, but for
    /// those that are ours to say (cost, cost_details, is_byok). Null when neither prompt nor completion tokens are numbers.</summary>
    public static TokenUsage? Read(ref Utf8JsonReader json, ReadOnlySpan<byte> source, ref PooledBuffer members)
    {
        int? prompt = null;
        int? completion = null;
        int? total = null;
        var usage = new TokenUsage();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)json.TokenStartIndex;
            var field = Identify(ref json);
            json.Read();
            switch (field)
            {
                case Field.Prompt:
                    prompt = Number(ref json);
                    break;
                case Field.Completion:
                    completion = Number(ref json);
                    break;
                case Field.Total:
                    total = Number(ref json);
                    break;
                case Field.CacheHit:
                    usage = usage with { CachedTokens = usage.CachedTokens ?? Number(ref json) };
                    break;
                case Field.PromptDetails when json.TokenType == JsonTokenType.StartObject:
                    ReadDetails(ref json, ref usage, isPrompt: true);
                    break;
                case Field.CompletionDetails when json.TokenType == JsonTokenType.StartObject:
                    ReadDetails(ref json, ref usage, isPrompt: false);
                    break;
                default:
                    json.Skip();
                    break;
            }

            if (field != Field.Ours)
            {
                if (members.Length > 0)
                {
                    members.Append(","u8);
                }

                members.Append(source[start..(int)json.BytesConsumed]);
            }
        }

        if (prompt is null && completion is null)
        {
            return null;
        }

        if (total is null)
        {
            members.Append(",\"total_tokens\":"u8);
            JsonText.AppendNumber(ref members, (prompt ?? 0L) + (completion ?? 0));
        }

        if (prompt is null)
        {
            members.Append(",\"prompt_tokens\":0"u8);
        }

        if (completion is null)
        {
            members.Append(",\"completion_tokens\":0"u8);
        }

        return usage with { PromptTokens = prompt ?? 0, CompletionTokens = completion ?? 0 };
    }

    private enum Field
    {
        Other,
        Prompt,
        Completion,
        Total,
        PromptDetails,
        CompletionDetails,
        CacheHit,
        Ours,
    }

    private static Field Identify(ref Utf8JsonReader json) =>
        json.ValueTextEquals("prompt_tokens"u8) ? Field.Prompt
        : json.ValueTextEquals("completion_tokens"u8) ? Field.Completion
        : json.ValueTextEquals("total_tokens"u8) ? Field.Total
        : json.ValueTextEquals("prompt_tokens_details"u8) ? Field.PromptDetails
        : json.ValueTextEquals("completion_tokens_details"u8) ? Field.CompletionDetails
        : json.ValueTextEquals("prompt_cache_hit_tokens"u8) ? Field.CacheHit
        : json.ValueTextEquals("cost"u8) || json.ValueTextEquals("cost_details"u8) || json.ValueTextEquals("is_byok"u8) ? Field.Ours
        : Field.Other;

    private static void ReadDetails(ref Utf8JsonReader json, ref TokenUsage usage, bool isPrompt)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var cached = json.ValueTextEquals("cached_tokens"u8);
            var written = !cached && (json.ValueTextEquals("cache_write_tokens"u8) || json.ValueTextEquals("cache_creation_tokens"u8));
            var reasoning = json.ValueTextEquals("reasoning_tokens"u8);
            var audio = json.ValueTextEquals("audio_tokens"u8);
            var image = json.ValueTextEquals("image_tokens"u8);
            json.Read();
            usage = (isPrompt, cached, written, reasoning, audio, image) switch
            {
                (true, true, _, _, _, _) => usage with { CachedTokens = Number(ref json) },
                (true, _, true, _, _, _) => usage with { CacheWriteTokens = Number(ref json) },
                (true, _, _, _, true, _) => usage with { PromptAudioTokens = Number(ref json) },
                (false, _, _, true, _, _) => usage with { ReasoningTokens = Number(ref json) },
                (false, _, _, _, true, _) => usage with { CompletionAudioTokens = Number(ref json) },
                (false, _, _, _, _, true) => usage with { CompletionImageTokens = Number(ref json) },
                _ => usage,
            };
            json.Skip();
        }
    }

    // A count is a whole number that is not negative; anything else is no count.
    private static int? Number(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.Number)
        {
            json.Skip();
            return null;
        }

        return json.TryGetInt32(out var number) ? Math.Max(0, number)
            : json.TryGetDouble(out var fraction) && fraction is >= 0 and <= int.MaxValue ? (int)Math.Ceiling(fraction)
            : null;
    }
}
