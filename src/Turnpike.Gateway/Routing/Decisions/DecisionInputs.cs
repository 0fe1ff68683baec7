using System.Collections.Immutable;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Decisions;

/// <summary>All that a decision depends on, but for the figures of the endpoints. The same inputs and figures give the same route.</summary>
internal sealed record DecisionInputs
{
    /// <summary>What the caller named.</summary>
    public required string Requested { get; init; }

    public required ImmutableArray<RequestedModel> Models { get; init; }

    public required RequestNeeds Needs { get; init; }

    public LayeredWishes Wishes { get; init; } = LayeredWishes.None;

    /// <summary>The strategy that balances where no wish decides.</summary>
    public required string Strategy { get; init; }

    /// <summary>What the draw is made with.</summary>
    public required ulong Seed { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Where the conversation's prompt lies in a cache; null when it lies nowhere.</summary>
    public CacheHint? Cache { get; init; }
}

/// <summary>An endpoint that has a conversation's prompt in its cache, and how many tokens of it.</summary>
internal sealed record CacheHint(string EndpointId, int Tokens);
