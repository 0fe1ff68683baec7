using System.Collections.Immutable;

namespace Turnpike.Catalog.Shipped;

/// <summary>A provider that the shipped catalogue knows.</summary>
/// <param name="Variables">The environment variables that hold its key; the first that is set counts.</param>
internal sealed record ShippedProvider(string Id, ImmutableArray<string> Variables);
