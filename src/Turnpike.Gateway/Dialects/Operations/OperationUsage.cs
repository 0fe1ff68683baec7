using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;

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

    private static int? Detail(JsonElement usage, string details, string name) =>
        usage.TryMember(details, out var value) ? Count(value, name) : null;
}
