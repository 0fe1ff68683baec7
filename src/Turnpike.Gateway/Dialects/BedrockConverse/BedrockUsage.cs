using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Reads counts. Bedrock counts what was read from and written to its cache beside the input; thoughts are not told apart.</summary>
internal static class BedrockUsage
{
    /// <summary>The counts of a usage object; null where there are not both.</summary>
    public static TokenUsage? Read(JsonElement usage)
    {
        var (input, output) = (Count(usage, "inputTokens"), Count(usage, "outputTokens"));
        if (input is null || output is null)
        {
            return null; // what is not told is not zero
        }

        var (read, written) = (Count(usage, "cacheReadInputTokens"), Count(usage, "cacheWriteInputTokens"));
        return new((int)Math.Min(input.Value + (read ?? 0) + (written ?? 0), int.MaxValue / 2), (int)output)
        {
            CachedTokens = (int?)read,
            CacheWriteTokens = (int?)written,
            CacheWriteHourTokens = OfHour(usage),
        };
    }

    // What was written, by how long it is kept.
    private static int? OfHour(JsonElement usage) => usage.TryMember("cacheDetails", out var details) && details.ValueKind == JsonValueKind.Array
        ? (int)Math.Min(details.EnumerateArray().Where(static d => d.Text("ttl") == "1h").Sum(static d => Count(d, "inputTokens") ?? 0), int.MaxValue / 2)
        : null;

    private static long? Count(JsonElement usage, string name) => usage.Integer(name) is >= 0 and var count ? Math.Min(count, int.MaxValue / 2) : null;
}
