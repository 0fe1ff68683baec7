namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>Puts endpoints into the order in which they are tried. A strategy is one file; it has no clock and no chance of its own, so
/// that the same inputs give the same order.</summary>
internal interface IRoutingStrategy
{
    /// <summary>The word in the configuration and in records of decisions.</summary>
    string Name { get; }

    /// <summary>Orders the candidates in place, the one to be tried first in front, and says in each how it was judged.</summary>
    /// <param name="candidates">Those that no filter removed; of one model, or of several that are compared with one another.</param>
    void Rank(Span<Candidate> candidates, in RankingInput input, ref Chance chance);
}
