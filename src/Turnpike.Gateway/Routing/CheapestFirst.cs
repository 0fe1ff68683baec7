using System.Collections.Immutable;

namespace Turnpike.Gateway.Routing;

/// <summary>The cheapest endpoint first, by prompt and completion price together; the catalogue's order among equals.</summary>
internal sealed class CheapestFirst : IRoutingStrategy
{
    public ImmutableArray<Endpoint> Rank(ImmutableArray<Endpoint> endpoints) =>
        endpoints.Length < 2 ? endpoints : [.. endpoints.OrderBy(static e => (Int128)e.Prices.Prompt.Value + e.Prices.Completion.Value)];
}
