namespace Turnpike.Gateway.Routing.Health;

/// <summary>One attempt that has ended, for its endpoint's health. Zero is «not known» for every measure.</summary>
internal readonly record struct AttemptReport(AttemptResult Result)
{
    /// <summary>From sending to the first content of a stream.</summary>
    public int FirstTokenMs { get; init; }

    /// <summary>From sending to the end of the answer.</summary>
    public int TotalMs { get; init; }

    /// <summary>The longest silence between two pieces of a stream.</summary>
    public int LongestGapMs { get; init; }

    public int PromptTokens { get; init; }

    /// <summary>Of the prompt's tokens, those that were read from the provider's cache.</summary>
    public int CachedTokens { get; init; }

    public int CompletionTokens { get; init; }

    public bool HadTools { get; init; }

    /// <summary>How long the provider asked to be left alone.</summary>
    public int RetryAfterMs { get; init; }
}
