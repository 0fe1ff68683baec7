namespace Turnpike.Core.Inference;

/// <summary>Tokens of one generation, normalised: <see cref="PromptTokens"/> includes cached, written, audio and image tokens,
/// <see cref="CompletionTokens"/> includes reasoning and audio tokens, whatever the provider's own convention is.</summary>
/// <remarks>A null detail is one the provider did not report; it is not zero.</remarks>
public readonly record struct TokenUsage(int PromptTokens, int CompletionTokens)
{
    public int? CachedTokens { get; init; }

    public int? CacheWriteTokens { get; init; }

    /// <summary>Of <see cref="CacheWriteTokens"/> those that are kept an hour.</summary>
    public int? CacheWriteHourTokens { get; init; }

    public int? ReasoningTokens { get; init; }

    public int? PromptAudioTokens { get; init; }

    /// <summary>None of them is among <see cref="CachedTokens"/>. Chat has them among the plain ones.</summary>
    public int? PromptImageTokens { get; init; }

    public int? CompletionAudioTokens { get; init; }

    public int? CompletionImageTokens { get; init; }

    /// <summary>Searches of the web that the provider made for the answer. No tokens: they have a price of their own.</summary>
    public int? WebSearches { get; init; }

    public int TotalTokens => checked(PromptTokens + CompletionTokens);
}
