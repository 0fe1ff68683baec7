using System.Collections.Immutable;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Decisions;

/// <summary>One of the models that a request may be answered by.</summary>
/// <param name="Name">As the caller wrote it, or as a router chose it.</param>
/// <param name="Sort">What its routing variant sorts by (the last one wins); null when it has none.</param>
internal sealed record RequestedModel(string Name, Model Model, ImmutableArray<Endpoint> Endpoints, SortBy? Sort)
{
    /// <summary>Why a router chose it; null where the caller named it.</summary>
    public string? Reason { get; init; }
}
