using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>Reads the usage of an answer that is no chat, under the names that providers give it.</summary>
internal static class OperationUsage
{
    /// <summary>Null where no tokens are told: then they are counted by rule, since nothing is free because a field was missing.</summary>
    public static TokenUsage? Read(JsonElement usage)
    {
        var prompt = Count(usage, "prompt_tokens") ?? Count(usage, "input_tokens");
        var completion = Count(usage, "completion_tokens") ?? Count(usage, "output_tokens");
        if (prompt is null && completion is null)
        {
            prompt = Count(usage, "total_tokens");
        }

        if (prompt is null && completion is null)
        {
            return null;
        }

        return new(prompt ?? 0, completion ?? 0)
        {
            PromptAudioTokens = Detail(usage, "input_token_details", "audio_tokens") ?? Detail(usage, "prompt_tokens_details", "audio_tokens"),
            PromptImageTokens = Detail(usage, "input_tokens_details", "image_tokens"),
            CompletionImageTokens = Detail(usage, "output_tokens_details", "image_tokens"),
        };
    }

    /// <summary>A count; null where it is missing or is none.</summary>
    public static int? Count(JsonElement element, string name) =>
        element.Number(name) is { } number && number is >= 0 and <= int.MaxValue ? (int)Math.Ceiling(number) : null;

    /// <summary>What it cost: the last members of a usage object.</summary>
    public static void AppendCost(ref PooledBuffer output, in Settled settled)
    {
        output.Append("\"cost\":"u8);
        JsonText.AppendUsd(ref output, settled.Charged);
        output.Append(",\"is_byok\":false"u8);
    }

    /// <summary>A member of a usage object, with the comma behind it.</summary>
    public static void AppendCount(ref PooledBuffer output, ReadOnlySpan<byte> name, long count)
    {
        output.Append("\""u8);
        output.Append(name);
        output.Append("\":"u8);
        JsonText.AppendNumber(ref output, count);
        output.Append(","u8);
    }

    private static int? Detail(JsonElement usage, string details, string name) =>
        usage.TryMember(details, out var value) ? Count(value, name) : null;
}
