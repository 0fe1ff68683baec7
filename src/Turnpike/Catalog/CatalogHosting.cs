using Turnpike.Configuration;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog;

/// <summary>Wires the catalogue into the host.</summary>
internal static class CatalogHosting
{
    /// <summary>Adds <see cref="ICatalog"/> and what keeps it up to date: the watch on the file and the search for local engines.</summary>
    public static IServiceCollection AddTurnpikeCatalog(this IServiceCollection services, TurnpikeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<CatalogService>(_ => new(settings));
        services.AddSingleton<ICatalog>(static p => p.GetRequiredService<CatalogService>());
        return services;
    }
}
