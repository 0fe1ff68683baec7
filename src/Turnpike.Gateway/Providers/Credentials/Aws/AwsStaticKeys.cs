namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>Keys that stand in the settings.</summary>
internal sealed class AwsStaticKeys(AwsCredentials keys) : IAwsCredentialSource
{
    public Task<AwsCredentials?> GetAsync(HttpMessageInvoker invoker, CancellationToken cancellationToken) => Task.FromResult<AwsCredentials?>(keys);
}
