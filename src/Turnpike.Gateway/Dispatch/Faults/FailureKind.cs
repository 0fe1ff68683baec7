namespace Turnpike.Gateway.Dispatch.Faults;

/// <summary>Whose fault a failed attempt is, and of what kind: it decides what is done next (<see cref="FailureRules"/>).</summary>
internal enum FailureKind
{
    /// <summary>The request is wrong, and would be everywhere.</summary>
    Caller,

    /// <summary>The prompt is longer than the endpoint takes.</summary>
    ContextLength,

    /// <summary>The provider will not answer such a prompt.</summary>
    ContentPolicy,

    /// <summary>The provider's dialect has no word for something that the request needs; it was not sent.</summary>
    Unsaid,

    /// <summary>The provider says that something of the request is not to be had there: tools, a parameter.</summary>
    Lacking,

    /// <summary>The provider refuses thoughts of earlier turns: what is signed or encrypted is of another model, account or conversation, or was
    /// changed.</summary>
    Thoughts,

    /// <summary>The provider refused the gateway's key.</summary>
    Credentials,

    /// <summary>The provider refused to serve the gateway's account: its credit is used up.</summary>
    ProviderBilling,

    /// <summary>The provider does not know the model, or the address.</summary>
    ModelGone,

    RateLimit,

    /// <summary>What may be sent in a day is used up.</summary>
    DayLimit,

    /// <summary>The provider has no capacity, or we had no place left for a request to it.</summary>
    Overload,

    /// <summary>The provider failed.</summary>
    Server,

    /// <summary>No connection, or one that broke before an answer came.</summary>
    Network,

    /// <summary>The provider took too long.</summary>
    TimedOut,

    /// <summary>What came is no answer: the wrong form, nothing, or less than a whole one.</summary>
    Garbage,
}
