using Turnpike.Gateway.Routing.Health;

namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>The default: requests are shared out by what endpoints really cost and how they really do. The score is the expected price
/// times powers of the time that an answer takes, of the wait for its first token, of reliability and of rate limits; within a
/// competitive edge of the best score shares are high and flat, outside they fall fast, and everyone keeps a little to be known by.</summary>
/// <remarks>An endpoint far worse than its peers, or that asked to be left alone, gets nothing until it has been quiet for the outage
/// window, then a probing share. A conversation stays with the endpoint that has its cache while no other is better all the same. One that nothing is known of counts as the middle of its peers.</remarks>
internal sealed class MeasuredBalance : IRoutingStrategy
{
    /// <summary>A score within this factor of the best is as good as the best.</summary>
    private const double Edge = 1.15;

    /// <summary>What all endpoints together are explored with.</summary>
    private const double Exploration = 0.04;

    /// <summary>The share of a recovering endpoint.</summary>
    private const double Probe = 0.01;

    /// <summary>Outcomes that a new endpoint is taken to have had, and how many of them were successes.</summary>
    private const double PriorCount = 10;
    private const double PriorSuccess = 0.98;

    /// <summary>Of its peers' best reliability; below it, with some evidence, an endpoint is paused.</summary>
    private const double BreakerShare = 0.6;
    private const double BreakerEvidence = 3;

    private const double UnknownFirstToken = 1;
    private const double UnknownThroughput = 50;

    public string Name => "measured";

    public void Rank(Span<Candidate> candidates, in RankingInput input, ref Chance chance)
    {
        var completion = Forecast.SetPrices(candidates, input);
        var firstToken = Usual(Middle.Of(candidates, static (in Candidate c) => c.Figures.FirstToken.P50), UnknownFirstToken);
        var throughput = Usual(Middle.Of(candidates, static (in Candidate c) => c.Figures.Throughput.P50), UnknownThroughput);
        var floor = PriceFloor(candidates);
        var mostReliable = 0.0;
        foreach (ref var candidate in candidates)
        {
            candidate.Parts = Parts(candidate, completion, (firstToken, throughput, floor));
            mostReliable = Math.Max(mostReliable, candidate.Parts.Reliability);
            candidate.Score = Score(candidate.Parts);
        }

        var best = Best(candidates, mostReliable);
        double sum = 0;
        foreach (ref var candidate in candidates)
        {
            candidate.Share = 1 / (1 + Steep(candidate.Score / best / Edge));
            sum += IsBroken(candidate, mostReliable) ? 0 : candidate.Share;
        }

        foreach (ref var candidate in candidates)
        {
            var explored = Exploration / candidates.Length;
            candidate.Share = IsShut(candidate, mostReliable) ? 0
                : IsBroken(candidate, mostReliable) ? Probe
                : sum <= 0 ? 1.0 / candidates.Length
                : explored + ((1 - Exploration) * candidate.Share / sum);
        }

        // Those with no share stand behind, best first: they are tried when nothing else is left.
        Arrangement.Sort(candidates, static (in Candidate c) => new(c.Share <= 0, c.Score, 0, c.Index));
        var open = candidates.Length;
        while (open > 0 && candidates[open - 1].Share <= 0)
        {
            open--;
        }

        Draw.All(candidates[..open], ref chance);
        KeepCache(candidates[..open]);
    }

    /// <summary>So bad by itself that requests should begin elsewhere: paused, in an outage, or failing far too often.</summary>
    public static bool IsSick(in EndpointFigures figures) =>
        figures.IsPaused || figures.HasOutage || (figures.WeightedFaults >= BreakerEvidence && Reliability(figures) < BreakerShare);

    // The conversation's own endpoint goes first while its price with the cache makes it as good as the best.
    private static void KeepCache(Span<Candidate> open)
    {
        var best = double.MaxValue;
        var place = -1;
        for (var i = 0; i < open.Length; i++)
        {
            best = Math.Min(best, open[i].Score);
            place = open[i].HasCache ? i : place;
        }

        if (place >= 0 && open[place].Share > Probe && open[place].Score <= best * Edge)
        {
            Draw.ToFront(open, place);
        }
    }

    private static ScoreParts Parts(in Candidate candidate, double completion, (double FirstToken, double Throughput, double PriceFloor) usual)
    {
        var figures = candidate.Figures;
        var firstToken = Usual(figures.FirstToken.P50, usual.FirstToken);
        var throughput = Usual(figures.Throughput.P50, usual.Throughput);
        var asked = figures.Successes + figures.Faults + figures.RateLimited;
        var limited = asked == 0 ? 0 : (double)figures.RateLimited / asked;
        var load = figures.LearnedCap > 0 ? figures.PerMinute / figures.LearnedCap : 0;
        return new(
            candidate.Price + usual.PriceFloor,
            Math.Sqrt((completion / throughput) + limited), // four times as fast is worth twice the price
            Math.Sqrt(Math.Sqrt(firstToken)), // the wait for the first token counts once more
            Reliability(figures),
            (1 + (4 * limited)) * (load > 0.9 ? 1 + (4 * (load - 0.9)) : 1));
    }

    private static double Reliability(in EndpointFigures figures) =>
        (figures.WeightedSuccesses + (PriorCount * PriorSuccess)) / (figures.WeightedSuccesses + figures.WeightedFaults + PriorCount);

    private static double Score(in ScoreParts parts) =>
        parts.Price * parts.Speed * parts.FirstToken * parts.RateLimits / Eighth(parts.Reliability);

    // The power that reliability has.
    private static double Eighth(double value)
    {
        var fourth = value * value * (value * value);
        return fourth * fourth;
    }

    // The power of fourteen: how fast shares fall outside the edge.
    private static double Steep(double value)
    {
        var square = value * value;
        return Eighth(value) * square * square * square;
    }

    // So that among free endpoints, and beside one, speed and reliability still count.
    private static double PriceFloor(ReadOnlySpan<Candidate> candidates)
    {
        var dearest = 0.0;
        foreach (ref readonly var candidate in candidates)
        {
            dearest = Math.Max(dearest, candidate.Price);
        }

        return dearest > 0 ? dearest * 0.01 : 1e-9;
    }

    private static double Best(ReadOnlySpan<Candidate> candidates, double mostReliable)
    {
        var best = double.MaxValue;
        foreach (ref readonly var candidate in candidates)
        {
            best = IsBroken(candidate, mostReliable) ? best : Math.Min(best, candidate.Score);
        }

        return best < double.MaxValue ? best : 1;
    }

    /// <summary>Far worse than its peers, or asked to be left alone.</summary>
    private static bool IsBroken(in Candidate candidate, double mostReliable) =>
        candidate.Figures.IsPaused
        || (candidate.Figures.WeightedFaults >= BreakerEvidence && candidate.Parts.Reliability < BreakerShare * mostReliable);

    /// <summary>Broken, and not yet quiet for the outage window: it is not even probed.</summary>
    private static bool IsShut(in Candidate candidate, double mostReliable) =>
        candidate.Figures.IsPaused || (IsBroken(candidate, mostReliable) && candidate.Figures.RecentFaults > 0);

    private static double Usual(double known, double usual) => known > 0 ? known : usual;
}
