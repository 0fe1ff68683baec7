namespace Turnpike.Gateway.Routing.Wishes;

/// <summary>What endpoints are put in order by, instead of being balanced.</summary>
internal enum SortBy
{
    Price,
    Throughput,
    Latency,

    /// <summary>How well requests with tools went.</summary>
    Exacto,
}

/// <summary>Whether the endpoints of several models are put in order together.</summary>
internal enum SortPartition
{
    /// <summary>Model by model, in the caller's order.</summary>
    Model,

    /// <summary>All together.</summary>
    None,
}
