namespace Turnpike.Gateway.Telemetry;

/// <summary>What can happen to a second attempt, as it is counted.</summary>
internal enum HedgeEvent
{
    Started,

    /// <summary>The second attempt was first.</summary>
    Won,

    /// <summary>The first attempt was first after all.</summary>
    Lost,

    /// <summary>Too large a share of requests was hedged.</summary>
    RefusedShare,

    /// <summary>Called-off attempts have cost too much.</summary>
    RefusedCost,
}
