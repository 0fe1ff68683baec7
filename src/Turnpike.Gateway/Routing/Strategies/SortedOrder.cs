using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>Endpoints by one measure, best first, without a draw: what a <c>sort</c>, a variant or a token asks for. Where a measure is
/// not known the endpoint counts as the middle of its peers; equals go by price, then by the catalogue's order.</summary>
internal sealed class SortedOrder(SortBy by) : IRoutingStrategy
{
    /// <summary>Requests with tools below this say little: the measured value is drawn towards the usual one.</summary>
    private const double ToolPrior = 10;

    public string Name { get; } = SortWords.Word(by);

    public void Rank(Span<Candidate> candidates, in RankingInput input, ref Chance chance)
    {
        Forecast.SetPrices(candidates, input);
        var usual = by is SortBy.Throughput or SortBy.Latency ? Middle.Of(candidates, Measure) : 0;
        foreach (ref var candidate in candidates)
        {
            candidate.Score = by switch
            {
                SortBy.Price => candidate.Price,
                SortBy.Latency => Known(candidate, usual),
                SortBy.Throughput => -Known(candidate, usual),
                SortBy.Exacto => -ToolSuccess(candidate.Figures),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }

        Arrangement.Sort(candidates, static (in Candidate c) => new(IsLast: false, c.Score, c.Price, c.Index));
    }

    private double Known(in Candidate candidate, double usual) => Measure(candidate) is var value and > 0 ? value : usual;

    private double Measure(in Candidate candidate) => by == SortBy.Latency ? candidate.Figures.FirstToken.P50 : candidate.Figures.Throughput.P50;

    public static double ToolSuccess(in EndpointFigures figures) =>
        (figures.ToolSuccesses + (ToolPrior * 0.95)) / (figures.ToolSuccesses + figures.ToolFaults + ToolPrior);
}
