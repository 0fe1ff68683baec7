using System.Runtime.CompilerServices;

namespace Turnpike.Gateway.Routing.Wishes;

/// <summary>The wishes that an account or a key has by default, read once for each text.</summary>
internal static class DefaultWishes
{
    private static readonly ConditionalWeakTable<string, ProviderWishes> _read = new();

    /// <summary>Reads stored defaults.</summary>
    /// <exception cref="InvalidOperationException">They are not what was accepted when they were stored: nobody is let past them.</exception>
    public static ProviderWishes Of(string json) => _read.GetValue(json, static text =>
        ProviderWishes.TryReadDefaults(text, out var wishes, out var error)
            ? wishes! // set where it was read
            : throw new InvalidOperationException($"Stored provider defaults cannot be read: {error!.Message}"));
}
