using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Routing.Wishes;

/// <summary>The wishes of a request over those of its key over those of its account. Rules of every layer hold; of preferences the
/// nearest layer's holds.</summary>
internal sealed record LayeredWishes(ImmutableArray<WishLayer> Layers)
{
    public static LayeredWishes None { get; } = new([]);

    /// <summary>The nearest layer that names providers to be tried first.</summary>
    public ImmutableArray<string> Order => Nearest(static w => w.Order.IsEmpty ? (ImmutableArray<string>?)null : w.Order) ?? [];

    public SortBy? Sort => Nearest(static w => w.Sort ?? w.OrderSort);

    public SortPartition? Partition => Nearest(static w => w.Partition);

    public bool AllowFallbacks => Nearest(static w => w.AllowFallbacks) ?? true;

    public PercentileCutoffs ThroughputMin => Nearest(static w => w.ThroughputMin.IsEmpty ? (PercentileCutoffs?)null : w.ThroughputMin) ?? default;

    public PercentileCutoffs LatencyMax => Nearest(static w => w.LatencyMax.IsEmpty ? (PercentileCutoffs?)null : w.LatencyMax) ?? default;

    /// <summary>Whose word it is that fallbacks are not allowed.</summary>
    public RuleOwner FallbacksOwner
    {
        get
        {
            foreach (var layer in Layers)
            {
                if (layer.Wishes.AllowFallbacks is not null)
                {
                    return layer.Owner;
                }
            }

            return RuleOwner.Request;
        }
    }

    /// <summary>What the nearest layer that names the provider in its <c>options</c> says to it; null where none does.</summary>
    public JsonElement? OptionsOf(Provider provider)
    {
        foreach (var layer in Layers)
        {
            if (layer.Wishes.Options is { } options
                && options.EnumerateObject().FirstOrDefault(o => string.Equals(o.Name, provider.Id, StringComparison.OrdinalIgnoreCase)) is { Value.ValueKind: JsonValueKind.Object } own)
            {
                return own.Value;
            }
        }

        return null;
    }

    private T? Nearest<T>(Func<ProviderWishes, T?> of) where T : struct
    {
        foreach (var layer in Layers)
        {
            if (of(layer.Wishes) is { } value)
            {
                return value;
            }
        }

        return null;
    }
}

/// <summary>One layer of wishes and whose it is; the nearest (the request's) comes first.</summary>
internal readonly record struct WishLayer(RuleOwner Owner, ProviderWishes Wishes);
