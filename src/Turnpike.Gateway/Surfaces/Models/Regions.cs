using System.Collections.Frozen;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>The regions that models can be filtered by.</summary>
internal static class Regions
{
    private static readonly FrozenSet<string> Europe = FrozenSet.ToFrozenSet(
        [
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT",
            "RO", "SE", "SI", "SK",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a provider has all its datacenters in a region. Where it does not name them, it is in none: its seat says nothing of
    /// where it computes.</summary>
    /// <param name="region"><c>eu</c> or <c>us</c>.</param>
    public static bool Has(string region, Provider provider) => !provider.Datacenters.IsDefaultOrEmpty
        && provider.Datacenters.All(c => region == "eu" ? Europe.Contains(c) : string.Equals(c, region, StringComparison.OrdinalIgnoreCase));
}
