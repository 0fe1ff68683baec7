using System.Collections.Immutable;

namespace Turnpike.Gateway.Routing.Wishes;

/// <summary>What a provider's name in a wish means.</summary>
internal static class ProviderNames
{
    /// <summary>True when the name is the endpoint's: its provider's id or name stands for all of the provider's endpoints, a tag for one.</summary>
    public static bool Matches(Endpoint endpoint, string name) =>
        string.Equals(endpoint.Provider.Id, name, StringComparison.OrdinalIgnoreCase) || IsTag(endpoint, name)
        || string.Equals(endpoint.Provider.Name, name, StringComparison.OrdinalIgnoreCase);

    public static bool MatchesAny(Endpoint endpoint, ImmutableArray<string> names)
    {
        foreach (var name in names)
        {
            if (Matches(endpoint, name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when the endpoint stands among the names by its whole tag: what a tier's endpoint needs.</summary>
    public static bool NamesTag(Endpoint endpoint, ImmutableArray<string> names)
    {
        foreach (var name in names)
        {
            if (IsTag(endpoint, name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTag(Endpoint endpoint, string name) => string.Equals(endpoint.Tag, name, StringComparison.OrdinalIgnoreCase);
}
