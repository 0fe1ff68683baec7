using Turnpike.Core.Money;

namespace Turnpike.Gateway;

/// <summary>Which requests a second attempt may begin for, while the first has shown no content.</summary>
public enum HedgeMode
{
    /// <summary>None, whatever they ask for.</summary>
    Off,

    /// <summary>Those that ask for it.</summary>
    Asked,

    /// <summary>All but those that ask for none.</summary>
    All,
}

/// <summary>Hedging: when a second attempt begins, for how many requests, and for how much money (docs/resilience.md, "Hedging").</summary>
public sealed record HedgingOptions
{
    /// <summary>Default off.</summary>
    public HedgeMode Mode { get; init; } = HedgeMode.Off;

    /// <summary>The share of hedged requests among those that may be hedged, over five minutes. Default 0.05, 0 to 1.</summary>
    public decimal ShareMax { get; init; } = 0.05m;

    /// <summary>What called-off attempts may cost the operator within an hour, by estimate. Default 1 dollar, 0 to 100,000.</summary>
    public NanoUsd CostPerHourMax { get; init; } = NanoUsd.FromUsd(1);

    /// <summary>A second attempt begins no earlier after the first. Default 250 ms, 0 to 10 min.</summary>
    public TimeSpan DelayMin { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>It is not waited for longer, however slow the endpoint usually is. Default 30 s, 0 to 10 min.</summary>
    public TimeSpan DelayMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait at an endpoint of which too little was seen; null (the default) is no second attempt. 0 to 10 min.</summary>
    public TimeSpan? DelayUntilLearned { get; init; }

    /// <summary>Also where the first endpoint has the conversation's prompt in its cache. Default off: a second one reads all of it anew,
    /// at the full price, and the caller pays that where it is first.</summary>
    public bool WithCache { get; init; }
}
