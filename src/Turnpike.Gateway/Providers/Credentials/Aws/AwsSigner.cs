using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Providers.Credentials.Aws;

/// <summary>Signs requests to Amazon Bedrock with an access key, wherever it comes from.</summary>
internal sealed class AwsSigner : IRequestSigner
{
    private const string Service = "bedrock"; // not the name of the host

    // Keys that run out are got anew before they do; some services give the same ones until the last minutes.
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UsedLeast = TimeSpan.FromSeconds(15);

    private readonly AwsSettings _settings;
    private readonly HttpMessageInvoker _invoker;
    private readonly TimeProvider _time;
    private readonly CredentialCache<AwsCredentials> _keys;

    /// <param name="handler">For the calls that get keys.</param>
    public AwsSigner(Provider provider, HttpMessageHandler handler, TimeProvider time)
    {
        _settings = new(provider, time);
        _invoker = new(handler, disposeHandler: false);
        _time = time;
        _keys = new(FetchAsync, time);
    }

    public async ValueTask SignAsync(HttpRequestMessage message, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        AwsSignature.Put(message, body, await _keys.GetAsync(cancellationToken), RegionOf(message.RequestUri!), Service, _time.GetUtcNow()); // it has an address

    private async Task<Expiring<AwsCredentials>> FetchAsync(CancellationToken cancellationToken)
    {
        var keys = await _settings.Source().GetAsync(_invoker, cancellationToken)
            ?? throw new CredentialException("no access key of AWS was found.");
        var least = _time.GetUtcNow() + UsedLeast;
        return keys.Expires is not { } end ? new(keys, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue) : new(keys, end - Early > least ? end - Early : least, end);
    }

    // An endpoint's own address may be in another region: bedrock-runtime.eu-west-1.amazonaws.com, bedrock-runtime-fips.us-gov-west-1.amazonaws.com.
    private string RegionOf(Uri address) => address.Host.Split('.') is [var host, var region, "amazonaws" or "api", ..]
        && host.StartsWith("bedrock-runtime", StringComparison.Ordinal) ? region : _settings.Region;
}
