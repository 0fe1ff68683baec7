namespace Turnpike.Gateway.Routing.Health;

/// <summary>How an attempt went, as an endpoint's health sees it.</summary>
internal enum AttemptResult
{
    Success,

    /// <summary>The provider's fault: no answer, a broken one, a server error, our credentials refused.</summary>
    Fault,

    /// <summary>The provider limits the rate. Not a fault, but a reason to send less.</summary>
    RateLimited,

    /// <summary>Another attempt was first. Neither a success nor a fault: only how long it took, at least, is counted.</summary>
    Outrun,

    /// <summary>What the caller did wrong, or that it left: says nothing of the endpoint.</summary>
    NotCounted,
}
