namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>Places in their order: the first that has keys counts.</summary>
internal sealed class AwsChain(params IReadOnlyList<IAwsCredentialSource> sources) : IAwsCredentialSource
{
    public async Task<AwsCredentials?> GetAsync(HttpMessageInvoker invoker, CancellationToken cancellationToken)
    {
        foreach (var source in sources)
        {
            if (await source.GetAsync(invoker, cancellationToken) is { } keys)
            {
                return keys;
            }
        }

        return null;
    }
}
