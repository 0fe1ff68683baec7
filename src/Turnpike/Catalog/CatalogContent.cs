using System.Collections.Immutable;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog;

/// <summary>What a snapshot is made of. Every endpoint points to a provider and a model of this content.</summary>
internal sealed record CatalogContent
{
    public static CatalogContent Empty { get; } = new();

    public ImmutableArray<Provider> Providers { get; init; } = [];

    public ImmutableArray<Model> Models { get; init; } = [];

    public ImmutableArray<Endpoint> Endpoints { get; init; } = [];

    /// <summary>Other names of models, each to a model's id; one whose model is not here is ignored.</summary>
    public ImmutableDictionary<string, string> Aliases { get; init; } = ImmutableDictionary<string, string>.Empty;
}
