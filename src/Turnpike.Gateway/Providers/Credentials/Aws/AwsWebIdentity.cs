namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>The keys of a role, for a token that the platform has written to a file (a pod's service account, say). It is read anew each time.</summary>
internal sealed class AwsWebIdentity(AwsTokenService service, string role, string tokenFile) : IAwsCredentialSource
{
    public async Task<AwsCredentials?> GetAsync(HttpMessageInvoker invoker, CancellationToken cancellationToken) =>
        await service.AssumeRoleAsync(invoker, role, (await File.ReadAllTextAsync(tokenFile, cancellationToken)).Trim(), cancellationToken);
}
