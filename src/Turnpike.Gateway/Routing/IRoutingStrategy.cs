using System.Collections.Immutable;

namespace Turnpike.Gateway.Routing;

/// <summary>Puts endpoints into the order in which they are tried. A strategy is one file; it has no clock and no chance of its own.</summary>
internal interface IRoutingStrategy
{
    /// <param name="endpoints">Those that no filter removed; of one model, or of several where the caller allows it.</param>
    ImmutableArray<Endpoint> Rank(ImmutableArray<Endpoint> endpoints);
}
