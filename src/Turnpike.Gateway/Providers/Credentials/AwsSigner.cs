using Turnpike.Core.Catalog;
using Turnpike.Core.Shared;

namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>Signs requests to Amazon Bedrock with an access key.</summary>
internal sealed class AwsSigner : IRequestSigner
{
    private const string Service = "bedrock"; // not the name of the host

    private readonly AwsScope _scope;
    private readonly Secret? _sessionToken;
    private readonly TimeProvider _time;

    private AwsSigner(AwsScope scope, Secret? sessionToken, TimeProvider time) => (_scope, _sessionToken, _time) = (scope, sessionToken, time);

    /// <summary>A signer for a provider; null where it has no access key (an API key is sent as it is then).</summary>
    public static AwsSigner? Of(Provider provider, TimeProvider time) =>
        provider.Settings.TryGetValue("accessKeyId", out var id) && provider.Settings.TryGetValue("secretAccessKey", out var secret) && provider.ApiKey is null
            ? new(
                new(id.Reveal(), secret, provider.Settings.TryGetValue("region", out var region) ? region.Reveal() : "us-east-1", Service),
                provider.Settings.GetValueOrDefault("sessionToken"),
                time)
            : null;

    public ValueTask SignAsync(HttpRequestMessage message, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var address = message.RequestUri!; // it is complete but for its credentials
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = message.Content?.Headers.ContentType?.ToString() ?? "application/json",
            ["host"] = address.IsDefaultPort ? address.Host : address.Authority,
            ["x-amz-date"] = SigV4.DateOf(now),
        };
        if (_sessionToken is { } token)
        {
            signed["x-amz-security-token"] = token.Reveal();
            message.Headers.TryAddWithoutValidation("x-amz-security-token", token.Reveal());
        }

        message.Headers.TryAddWithoutValidation("x-amz-date", signed["x-amz-date"]);
        message.Headers.TryAddWithoutValidation(
            "Authorization", SigV4.Authorization(ScopeOf(address), message.Method.Method, address.AbsolutePath, address.Query.TrimStart('?'), signed, body.Span, now));
        return ValueTask.CompletedTask;
    }

    // An endpoint's own address may be in another region: bedrock-runtime.eu-west-1.amazonaws.com, bedrock-runtime-fips.us-gov-west-1.amazonaws.com.
    private AwsScope ScopeOf(Uri address) => address.Host.Split('.') is [var host, var region, "amazonaws" or "api", ..]
        && host.StartsWith("bedrock-runtime", StringComparison.Ordinal) ? _scope with { Region = region } : _scope;
}
