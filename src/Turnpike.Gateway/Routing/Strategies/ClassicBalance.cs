namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>The older rule: among endpoints without an outage in the last thirty seconds one is drawn by the inverse square of its
/// price; the others are its fallbacks, the stable ones by price, then the rest by price.</summary>
internal sealed class ClassicBalance : IRoutingStrategy
{
    public string Name => "classic";

    public void Rank(Span<Candidate> candidates, in RankingInput input, ref Chance chance)
    {
        Forecast.SetPrices(candidates, input);
        foreach (ref var candidate in candidates)
        {
            candidate.Score = candidate.Price;
        }

        Arrangement.Sort(candidates, Standing);
        var stable = 0;
        while (stable < candidates.Length && !IsUnstable(candidates[stable]))
        {
            stable++;
        }

        if (stable > 1)
        {
            SetShares(candidates[..stable]);
            Draw.First(candidates[..stable], ref chance);
        }
    }

    /// <summary>The order without a draw, which also is that of the fallbacks.</summary>
    public static Standing Standing(in Candidate candidate) => new(IsUnstable(candidate), candidate.Price, 0, candidate.Index);

    private static bool IsUnstable(in Candidate candidate) => candidate.Figures.HasOutage || candidate.Figures.IsPaused;

    // What costs nothing takes all: one over zero is more than any price gives.
    private static void SetShares(Span<Candidate> stable)
    {
        var isFree = stable[0].Price <= 0;
        double sum = 0;
        foreach (ref var candidate in stable)
        {
            candidate.Share = isFree ? (candidate.Price <= 0 ? 1 : 0) : 1 / (candidate.Price * candidate.Price);
            sum += candidate.Share;
        }

        foreach (ref var candidate in stable)
        {
            candidate.Share /= sum;
        }
    }
}
