using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>An access token of Google's, and until when it is used: a while before it runs out.</summary>
internal sealed record GoogleToken(Secret Value, DateTimeOffset UsedUntil);
