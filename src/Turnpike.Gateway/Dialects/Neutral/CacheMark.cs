namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>The end of a prefix that the provider may cache.</summary>
/// <param name="Ttl">How long: <c>5m</c>, <c>1h</c>; null is the provider's default.</param>
internal sealed record CacheMark(string? Ttl = null);
