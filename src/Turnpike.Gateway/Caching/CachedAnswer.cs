namespace Turnpike.Gateway.Caching;

/// <summary>An answer that is kept: nothing of its request but who was asked.</summary>
/// <param name="Body">As it was told, without usage.</param>
/// <param name="Id">The generation that was paid for; it stands in the body.</param>
/// <param name="IsDated">Its API says when an answer was made.</param>
internal sealed record CachedAnswer(byte[] Body, string ContentType, string Id, bool IsDated)
{
    public required string Model { get; init; }

    public required string ProviderName { get; init; }

    public required string EndpointId { get; init; }

    public required DateTimeOffset KeptAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
