namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>What runs out: until when it is used, a while before it does, and until when it can be used where another is not to be had.</summary>
internal sealed record Expiring<T>(T Value, DateTimeOffset UsedUntil, DateTimeOffset GoodUntil)
    where T : class;
