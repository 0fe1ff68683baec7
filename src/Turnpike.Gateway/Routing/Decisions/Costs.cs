using Turnpike.Core.Money;

namespace Turnpike.Gateway.Routing.Decisions;

/// <summary>What a request can cost at an endpoint, as admission holds it.</summary>
internal static class Costs
{
    /// <summary>The prompt at its longest and one token of output: below this nothing begins.</summary>
    public static NanoUsd Least(Endpoint endpoint, RequestNeeds needs) => Worst(endpoint, needs, needs.Choices);

    /// <summary>The prompt as it is expected, uncached, and one token of output.</summary>
    public static NanoUsd Shortest(Endpoint endpoint, RequestNeeds needs) =>
        CostCalculator.Of(endpoint.PricesOf(null, needs.Mode), new(needs.PromptTokensEstimate, needs.Choices), needs.Images).Total;

    /// <summary>The most that it can cost.</summary>
    public static NanoUsd Most(Endpoint endpoint, RequestNeeds needs)
    {
        long bound = endpoint.OutputTokensBound;
        return Worst(endpoint, needs, Math.Min(needs.OutputLimit ?? bound, bound) * needs.Choices);
    }

    private static NanoUsd Worst(Endpoint endpoint, RequestNeeds needs, long outputTokens)
    {
        var prompt = Math.Min(needs.PromptTokensBound, endpoint.MaxPromptTokens ?? endpoint.ContextLength ?? endpoint.Model.ContextLength ?? long.MaxValue);
        return CostCalculator.WorstCase(endpoint.DearestPricesOf(null, needs.Mode), prompt, outputTokens, needs.Images, needs.HasAudio);
    }
}
