namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>A piece of a message. The kinds are closed: a writer decides about each of them.</summary>
internal abstract record Part
{
    private protected Part()
    {
    }

    /// <summary>Everything up to and with this part may be cached by the provider.</summary>
    public CacheMark? Cache { get; init; }
}
