using Turnpike.Catalog;
using Turnpike.Gateway.Providers.Simulator;

namespace Turnpike.Configuration;

/// <summary>What settings are made of besides what the operator says.</summary>
internal sealed record SettingsSources
{
    public static SettingsSources Default { get; } = new()
    {
        CatalogDirectory = Path.Combine(AppContext.BaseDirectory, "catalog"),
        BuiltIn = new()
        {
            Providers = [BuiltInCatalog.Provider],
            Models = BuiltInCatalog.Models,
            Endpoints = BuiltInCatalog.Endpoints,
        },
    };

    /// <summary>The folder of the shipped catalogue.</summary>
    public required string CatalogDirectory { get; init; }

    public required CatalogContent BuiltIn { get; init; }

    /// <summary>True for the whole catalogue that ships, to be shown: see <see cref="CatalogAssembly.EveryProvider"/>.</summary>
    public bool EveryProvider { get; init; }

    /// <summary>False for what sends nothing to providers: a secret that is out of reach is no fault then. Operators' shells rarely have
    /// the server's environment.</summary>
    public bool NeedsSecrets { get; init; } = true;

    /// <summary>Tells the day whose prices are in force.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);
}
