using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing;

/// <summary>Provider defaults of keys and accounts, as operators write them.</summary>
public static class ProviderDefaults
{
    /// <summary>The longest that is stored, characters.</summary>
    public const int LengthMax = 16_384;

    /// <summary>What is wrong with defaults, naming the field; null when nothing is.</summary>
    public static string? Fault(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return json.Length > LengthMax ? $"has more than {LengthMax} characters"
            : ProviderWishes.TryReadDefaults(json, out _, out var error) ? null
            : error!.Message; // set where it could not be read
    }
}
