using System.Collections.Immutable;
using Turnpike.Gateway.Routing.Strategies;

namespace Turnpike.Gateway.Routing.Decisions;

/// <summary>A route and how it came about: the inputs, the candidates in the order in which they are tried, and who was removed by which
/// rule. Does not change.</summary>
/// <param name="Method">How the first model's candidates were ordered: a strategy's name, a sort's, <c>order</c>, or <c>tier</c>.</param>
internal sealed record Decision(DecisionInputs Inputs, string Method, ReadOnlyMemory<Candidate> Candidates, ImmutableArray<Removal> Removed)
{
    public ImmutableArray<Endpoint> Endpoints { get; } = EndpointsOf(Candidates.Span);

    private static ImmutableArray<Endpoint> EndpointsOf(ReadOnlySpan<Candidate> candidates)
    {
        var endpoints = new Endpoint[candidates.Length];
        for (var i = 0; i < endpoints.Length; i++)
        {
            endpoints[i] = candidates[i].Endpoint;
        }

        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(endpoints);
    }
}
