using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>Reads the usage of a response: cached tokens are inside of the input's, reasoning's inside of the output's.</summary>
internal static class ResponsesUsageReader
{
    /// <summary>Null where there is none, or not both of its counts.</summary>
    public static TokenUsage? Read(JsonElement response)
    {
        if (!response.TryMember("usage", out var usage) || usage.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var (input, output) = (Count(usage, "input_tokens"), Count(usage, "output_tokens"));
        if (input is null || output is null)
        {
            return null; // what is not told is not zero
        }

        usage.TryMember("input_tokens_details", out var inputs);
        usage.TryMember("output_tokens_details", out var outputs);
        return new TokenUsage(input.Value, output.Value)
        {
            CachedTokens = Count(inputs, "cached_tokens"),
            CacheWriteTokens = Count(inputs, "cache_write_tokens"),
            PromptAudioTokens = Count(inputs, "audio_tokens"),
            ReasoningTokens = Count(outputs, "reasoning_tokens"),
            CompletionAudioTokens = Count(outputs, "audio_tokens"),
            CompletionImageTokens = Count(outputs, "image_tokens"),
        };
    }

    // A count is a whole number that is not negative; anything else is no count.
    private static int? Count(JsonElement element, string name) =>
        element.Integer(name) is >= 0 and var number ? (int)Math.Min(number, int.MaxValue / 2) : null;
}
