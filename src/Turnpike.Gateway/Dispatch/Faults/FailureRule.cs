namespace Turnpike.Gateway.Dispatch.Faults;

/// <summary>Where the next attempt may go after a failure.</summary>
internal enum NextAttempt
{
    /// <summary>Nowhere: the caller is told.</summary>
    None,

    /// <summary>The next endpoint of the route.</summary>
    Endpoint,

    /// <summary>The next endpoint that takes a longer prompt.</summary>
    LongerContext,

    /// <summary>The next endpoint of another model.</summary>
    Model,

    /// <summary>The next endpoint of another provider: the same key would fail again.</summary>
    Provider,
}

/// <summary>Whether the same endpoint is tried again first.</summary>
internal enum SameAgain
{
    No,

    /// <summary>Once, at once.</summary>
    AtOnce,

    /// <summary>Once, at once, without the thoughts of earlier turns that providers sign or encrypt.</summary>
    WithoutThoughts,

    /// <summary>Once, and only when no other endpoint is left: after as long as the provider asked for, or a short wait drawn by chance.</summary>
    WhenAlone,
}

/// <summary>Whether a failure counts against the endpoint's health.</summary>
internal enum HealthMark
{
    None,
    Fault,
    RateLimited,
}

/// <summary>What follows from a failure.</summary>
/// <param name="Pause">How long the endpoint (or, for keys and accounts, all of its provider's) is left alone; zero is not at all.</param>
internal sealed record FailureRule(SameAgain Same, NextAttempt Next, HealthMark Health, TimeSpan Pause)
{
    /// <summary>The pause is of every endpoint of the provider: they share the key.</summary>
    public bool PausesProvider { get; init; }
}
