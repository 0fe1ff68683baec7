namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>A place where access keys may be.</summary>
internal interface IAwsCredentialSource
{
    /// <summary>The keys; null where this place has none, and another may be asked.</summary>
    /// <remarks>Throws what reading files and answers throws: the place is there, but what it says is of no use.</remarks>
    Task<AwsCredentials?> GetAsync(HttpMessageInvoker invoker, CancellationToken cancellationToken);
}
