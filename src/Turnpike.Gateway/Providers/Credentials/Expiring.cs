namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>What runs out, and until when it is used: a while before it does.</summary>
internal sealed record Expiring<T>(T Value, DateTimeOffset UsedUntil)
    where T : class;
