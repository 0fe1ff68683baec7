using Turnpike.Core.Catalog;

namespace Turnpike.Benchmarks.Stubs;

/// <summary>A catalogue that stays as it is.</summary>
internal sealed class FixedCatalog(CatalogSnapshot snapshot) : ICatalog
{
    public CatalogSnapshot Current => snapshot;

    public ValueTask<bool> DiscoverAsync(CancellationToken cancellationToken) => new(false);
}
