namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>The keys of a role that other keys take on.</summary>
internal sealed class AwsAssumedRole(IAwsCredentialSource basis, AwsTokenService service, string role, string? externalId) : IAwsCredentialSource
{
    public async Task<AwsCredentials?> GetAsync(HttpMessageInvoker invoker, CancellationToken cancellationToken) =>
        await basis.GetAsync(invoker, cancellationToken) is { } keys
            ? await service.AssumeRoleAsync(invoker, role, externalId, keys, cancellationToken)
            : null;
}
