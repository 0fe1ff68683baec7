using Turnpike.Core.Catalog;
using Turnpike.Gateway.Providers.Credentials.Aws;
using Turnpike.Gateway.Providers.Credentials.Entra;
using Turnpike.Gateway.Providers.Credentials.Google;

namespace Turnpike.Gateway.Providers.Credentials;

/// <summary>Which providers need credentials of their own for each request.</summary>
internal static class RequestSigners
{
    /// <summary>The signer for a provider; null where the headers of its dialect carry its key.</summary>
    /// <param name="dialect">The one that the endpoint speaks.</param>
    /// <param name="handler">For the calls that get a token; the provider's own connections.</param>
    public static IRequestSigner? For(Provider provider, string dialect, HttpMessageHandler handler, TimeProvider time) =>
        provider.ApiKey is not null ? null
        : dialect == Core.Catalog.Dialects.BedrockConverse ? new AwsSigner(provider, handler, time)
        : TokenSourceOf(provider, dialect) is { } source ? new TokenSigner(source, handler, time)
        : null;

    // Some models of Azure's speak other dialects, and want the same token.
    private static ITokenSource? TokenSourceOf(Provider provider, string dialect) =>
        dialect == Core.Catalog.Dialects.Vertex ? (provider.Settings.TryGetValue("credentialsFile", out var path) ? new GoogleTokenSource(path.Reveal()) : null)
        : provider.Dialect == Core.Catalog.Dialects.AzureOpenAI ? EntraSettings.SourceOf(provider)
        : null;
}
