using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Turnpike.Core.Ledger;

namespace Turnpike.Gateway.Routing.Wishes;

/// <summary>The wishes that an account or a key has by default, read once for each text.</summary>
internal static class DefaultWishes
{
    private static readonly ConditionalWeakTable<string, ProviderWishes> _read = new();

    /// <summary>What a key and its account wish of every request, the key's first.</summary>
    public static LayeredWishes Of(KeyState key)
    {
        var layers = ImmutableArray.CreateBuilder<WishLayer>(2);
        Add(layers, key);
        return new(layers.DrainToImmutable());
    }

    /// <summary>Adds the layers of a key and of its account, as far as they have any.</summary>
    public static void Add(ImmutableArray<WishLayer>.Builder layers, KeyState key)
    {
        if (key.Key.ProviderDefaults is { } own)
        {
            layers.Add(new(RuleOwner.Key, Of(own)));
        }

        if (key.Account.ProviderDefaults is { } accounts)
        {
            layers.Add(new(RuleOwner.Account, Of(accounts)));
        }
    }

    /// <summary>Reads stored defaults.</summary>
    /// <exception cref="InvalidOperationException">They are not what was accepted when they were stored: nobody is let past them.</exception>
    public static ProviderWishes Of(string json) => _read.GetValue(json, static text =>
        ProviderWishes.TryReadDefaults(text, out var wishes, out var error)
            ? wishes! // set where it was read
            : throw new InvalidOperationException($"Stored provider defaults cannot be read: {error!.Message}"));
}
