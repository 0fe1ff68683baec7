namespace Turnpike.Gateway.Routing.Wishes;

/// <summary>Wished limits on percentiles over five minutes; a null one is not wished. All that are must hold.</summary>
internal readonly record struct PercentileCutoffs(float? P50, float? P75, float? P90, float? P99)
{
    public bool IsEmpty => P50 is null && P75 is null && P90 is null && P99 is null;
}
