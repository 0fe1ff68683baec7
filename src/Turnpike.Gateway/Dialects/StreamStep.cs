namespace Turnpike.Gateway.Dialects;

/// <summary>What became of one event of a provider's stream.</summary>
internal enum StreamStep
{
    /// <summary>It was understood, or is of a kind that is passed over; more may follow.</summary>
    More,

    /// <summary>It is the stream's own mark of its end.</summary>
    End,

    /// <summary>It is not an event of the dialect.</summary>
    Garbage,
}
