using Turnpike.Core.Money;

namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>What a request is expected to cost: prompt by rule, an answer of usual length, the cache by experience.</summary>
internal static class Forecast
{
    /// <summary>Output tokens of an answer where nobody has answered yet.</summary>
    public const double UsualCompletion = 400;

    /// <summary>Output tokens that an answer of one of these models is expected to have, weighed over the candidates that know.</summary>
    public static double CompletionTokens(ReadOnlySpan<Candidate> candidates, in RankingInput input)
    {
        double sum = 0;
        var known = 0;
        foreach (ref readonly var candidate in candidates)
        {
            if (candidate.Figures.TypicalCompletion > 0)
            {
                sum += candidate.Figures.TypicalCompletion;
                known++;
            }
        }

        var typical = known == 0 ? UsualCompletion : sum / known;
        return Math.Max(1, Math.Min(typical, input.CompletionTokensMax ?? double.MaxValue));
    }

    /// <summary>Dollars, at the prices that a prompt of this length has.</summary>
    public static double Price(in Candidate candidate, in RankingInput input, double completionTokens)
    {
        var prices = candidate.Endpoint.Prices.At(input.PromptTokens);
        double prompt = prices.Prompt.Value;
        double cached = (prices.CacheRead ?? prices.Prompt).Value;
        var share = candidate.HasCache && input.PromptTokens > 0
            ? Math.Min(1, (double)input.CachedTokens / input.PromptTokens)
            : candidate.Figures.CachedShare;
        var perMillion = (input.PromptTokens * (prompt + ((cached - prompt) * share))) + (completionTokens * prices.Completion.Value);
        var whole = (prices.Request?.Value ?? 0) + ((prices.Image?.Value ?? 0) * (double)input.Images);
        return ((perMillion / 1_000_000) + whole) / NanoUsd.PerUsd;
    }

    /// <summary>Sets the price of every candidate; answers the output tokens that it was calculated with.</summary>
    public static double SetPrices(Span<Candidate> candidates, in RankingInput input)
    {
        var completion = CompletionTokens(candidates, input);
        foreach (ref var candidate in candidates)
        {
            candidate.Price = Price(candidate, input, completion);
        }

        return completion;
    }
}
