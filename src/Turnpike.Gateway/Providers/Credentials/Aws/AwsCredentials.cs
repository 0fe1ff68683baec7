using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>An access key.</summary>
/// <param name="SessionToken">With keys that run out; null for a user's own.</param>
/// <param name="Expires">Null for one that does not, as far as is known.</param>
internal sealed record AwsCredentials(string AccessKeyId, Secret SecretAccessKey, Secret? SessionToken, DateTimeOffset? Expires);
