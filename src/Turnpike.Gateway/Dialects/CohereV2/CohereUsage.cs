using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.CohereV2;

/// <summary>Reads counts: those that Cohere charges. What it counts beside them has its own template in it, which it does not charge; so have
/// <c>cached_tokens</c>, which may be more than was charged for and are not told.</summary>
internal static class CohereUsage
{
    /// <summary>The counts of a usage object; null where there are not both.</summary>
    public static TokenUsage? Read(JsonElement usage)
    {
        var counted = Counts(usage, "billed_units") ?? Counts(usage, "tokens");
        return counted is var (input, output) ? new(input, output) : null;
    }

    private static (int Input, int Output)? Counts(JsonElement usage, string name) =>
        usage.TryMember(name, out var counts) && (Count(counts, "input_tokens"), Count(counts, "output_tokens")) is ({ } input, { } output)
            ? (input, output)
            : null; // what is not told is not zero

    // Numbers with a fraction are whole ones all the same.
    private static int? Count(JsonElement counts, string name) => counts.Number(name) is >= 0 and var count ? (int)Math.Min(count, int.MaxValue / 2) : null;
}
