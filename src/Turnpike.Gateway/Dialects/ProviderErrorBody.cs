namespace Turnpike.Gateway.Dialects;

/// <summary>An error as a provider words it; every part is bounded.</summary>
internal sealed record ProviderErrorBody(string Message, string? Code, string? Type, int? Status)
{
    /// <summary>How long the provider asks to be left alone, where it says so in the body; null where it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What is used up is there again when the provider's day turns, not before.</summary>
    public bool IsOfDay { get; init; }
}
