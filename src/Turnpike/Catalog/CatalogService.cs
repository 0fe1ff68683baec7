using Turnpike.Configuration;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog;

/// <summary>Keeps the catalogue in force.</summary>
internal sealed class CatalogService(TurnpikeSettings settings) : ICatalog
{
    public CatalogSnapshot Current { get; } = new(
        settings.Catalog.Providers, settings.Catalog.Models, settings.Catalog.Endpoints, settings.Catalog.Aliases);

    public ValueTask<bool> DiscoverAsync(CancellationToken cancellationToken) => new(false);
}
