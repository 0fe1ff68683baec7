using System.Text.Json;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Dialects;

/// <summary>What a request to one endpoint has of its own.</summary>
/// <param name="Model">The provider's name for the model, as a JSON string.</param>
/// <param name="AffordedOutput">The output limit that the caller's credit affords; null where its own, or none, will do.</param>
/// <param name="User">What is sent for the caller's <c>user</c>: stable, and telling nothing of it; null where it sent none.</param>
internal sealed record UpstreamTarget(Endpoint Endpoint, byte[] Model, long? AffordedOutput, string? User)
{
    /// <summary>The most output tokens that the catalogue knows the endpoint to give; null where it does not.</summary>
    public long? OutputMost => Endpoint.MaxCompletionTokens ?? Endpoint.Model.MaxCompletionTokens;

    /// <summary>Searches of the web cost something here, so that they are bounded by what was set aside for them.</summary>
    public bool IsChargedForSearches => Endpoint.Prices.WebSearch is not null;

    /// <summary>The output limit that is sent: what credit affords, else what is wanted, within what the model gives; null where there is none.</summary>
    /// <param name="wanted">The caller's, or what must be said where it set none.</param>
    /// <param name="most">What the model gives; null where that is not known.</param>
    public long? OutputLimit(long? wanted, long? most) =>
        (AffordedOutput ?? wanted) is { } asked ? Math.Max(1, Math.Min(asked, most ?? asked)) : null;

    /// <summary>What is sent for the caller's <c>prompt_cache_key</c>: stable, and shared with no other account; null where it sent none.</summary>
    public string? CacheKey { get; init; }

    /// <summary>What the caller wants said to this provider alone; null where there is nothing. Not of conversations.</summary>
    public JsonElement? Options { get; init; }
}
