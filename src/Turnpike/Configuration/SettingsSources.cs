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
}
