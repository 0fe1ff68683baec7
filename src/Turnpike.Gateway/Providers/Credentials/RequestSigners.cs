using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>Which providers need credentials of their own for each request.</summary>
internal static class RequestSigners
{
    /// <summary>The signer for a provider; null where the headers of its dialect carry its key.</summary>
    /// <param name="dialect">The one that the endpoint speaks.</param>
    /// <param name="handler">For the calls that get a token; the provider's own connections.</param>
    public static IRequestSigner? For(Provider provider, string dialect, HttpMessageHandler handler, TimeProvider time) => dialect switch
    {
        Core.Catalog.Dialects.BedrockConverse => AwsSigner.Of(provider, time),
        Core.Catalog.Dialects.Vertex when provider.ApiKey is null && provider.Settings.TryGetValue("credentialsFile", out var path) =>
            new GoogleTokenSigner(path.Reveal(), handler, time),
        _ => null,
    };
}
