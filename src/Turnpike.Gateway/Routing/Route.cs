using System.Collections.Immutable;

namespace Turnpike.Gateway.Routing;

/// <summary>The endpoints that may answer a request, in the order in which they are tried.</summary>
internal sealed record Route(ImmutableArray<Endpoint> Endpoints);
