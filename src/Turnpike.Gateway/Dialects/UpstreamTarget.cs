using System.Text.Json;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Dialects;

/// <summary>What a request to one endpoint has of its own.</summary>
/// <param name="Model">The provider's name for the model, as a JSON string.</param>
/// <param name="AffordedOutput">The output limit that the caller's credit affords; null where its own, or none, will do.</param>
/// <param name="User">What is sent for the caller's <c>user</c>: stable, and telling nothing of it; null where it sent none.</param>
internal sealed record UpstreamTarget(Endpoint Endpoint, byte[] Model, long? AffordedOutput, string? User)
{
    /// <summary>What the caller wants said to this provider alone; null where there is nothing. Not of conversations.</summary>
    public JsonElement? Options { get; init; }
}
