using Turnpike.Gateway.Routing.Strategies;

namespace Turnpike.Benchmarks.Simulation;

/// <summary>What others do: nothing is learned, the order is by chance, by turns, or by price.</summary>
internal sealed class SimpleOrder(string name, SimpleOrder.Kind kind) : IRoutingStrategy
{
    private int _turn;

    internal enum Kind
    {
        Random,
        RoundRobin,
        CheapestFirst,
    }

    public string Name => name;

    public void Rank(Span<Candidate> candidates, in RankingInput input, ref Chance chance)
    {
        Forecast.SetPrices(candidates, input);
        switch (kind)
        {
            case Kind.Random:
                foreach (ref var candidate in candidates)
                {
                    candidate.Share = 1;
                }

                Draw.All(candidates, ref chance);
                break;
            case Kind.RoundRobin:
                Draw.ToFront(candidates, _turn++ % candidates.Length);
                break;
            default:
                candidates.Sort(static (a, b) => a.Price.CompareTo(b.Price));
                break;
        }
    }
}
