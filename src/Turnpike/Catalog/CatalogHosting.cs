using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Turnpike.Catalog.LocalEngines;
using Turnpike.Configuration;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog;

/// <summary>Wires the catalogue into the host.</summary>
internal static class CatalogHosting
{
    /// <summary>Adds <see cref="ICatalog"/> and what keeps it up to date: the watch on the file and the search for local engines.</summary>
    public static IServiceCollection AddTurnpikeCatalog(this IServiceCollection services, TurnpikeSettings settings) =>
        AddTurnpikeCatalog(services, settings, LocalEngine.Known);

    /// <inheritdoc cref="AddTurnpikeCatalog(IServiceCollection, TurnpikeSettings)"/>
    /// <param name="engines">The engines that are looked for where <see cref="TurnpikeSettings.LocalEngines"/> is on.</param>
    public static IServiceCollection AddTurnpikeCatalog(
        this IServiceCollection services, TurnpikeSettings settings, ImmutableArray<LocalEngine> engines)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(settings);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<CatalogService>(p, settings, engines));
        services.AddSingleton(settings.Quality);
        services.AddSingleton<ICatalog>(static p => p.GetRequiredService<CatalogService>());
        services.AddHostedService(p => ActivatorUtilities.CreateInstance<SettingsWatch>(p, settings));
        return services;
    }
}
