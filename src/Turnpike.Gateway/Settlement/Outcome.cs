namespace Turnpike.Gateway.Settlement;

/// <summary>How a request ended, as the billing policy sees it (docs/billing.md).</summary>
internal enum Outcome
{
    /// <summary>The provider's answer is whole: it has a finish reason.</summary>
    Completed,

    /// <summary>We ended the stream at the output limit that the hold affords.</summary>
    LimitReached,

    /// <summary>The caller left while a provider was at work for it.</summary>
    CallerLeft,

    /// <summary>The caller left before anything had been sent to a provider: in the queue, or while the connection was being made.</summary>
    Withdrawn,

    /// <summary>The provider failed after its first content.</summary>
    ProviderFailed,

    /// <summary>No endpoint gave any content.</summary>
    NotServed,

    /// <summary>We failed, or shut down.</summary>
    OurFault,
}
