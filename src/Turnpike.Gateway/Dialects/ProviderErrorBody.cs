namespace Turnpike.Gateway.Dialects;

/// <summary>An error as a provider words it; every part is bounded.</summary>
internal sealed record ProviderErrorBody(string Message, string? Code, string? Type, int? Status)
{
    /// <summary>How long the provider asks to be left alone, where it says so in the body; null where it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What is used up is there again when the provider's day turns, not before.</summary>
    public bool IsOfDay { get; init; }

    /// <summary>The answer ended with a finish reason (<see cref="Code"/>) that says that it failed.</summary>
    public bool IsEnd { get; init; }

    /// <summary>The error of an answer whose finish reason says that it failed.</summary>
    public static ProviderErrorBody OfFinish(string native) => new($"Its answer ended with {native}.", native, null, 502) { IsEnd = true };
}
