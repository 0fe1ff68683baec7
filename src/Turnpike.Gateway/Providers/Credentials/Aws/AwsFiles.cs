namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>The paths of AWS's shared files.</summary>
internal sealed record AwsFiles(string Credentials, string Config);
