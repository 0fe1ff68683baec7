namespace Turnpike.Gateway.Routing.Auto;

/// <summary>A fifth of the capable models by expected cost, the cheapest first.</summary>
internal enum CostTier
{
    Low,
    Medium,
    High,
    XHigh,
    Max,
}
