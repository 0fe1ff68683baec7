using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>Who signs, and for which service where.</summary>
internal sealed record AwsScope(string AccessKeyId, Secret SecretAccessKey, string Region, string Service);
