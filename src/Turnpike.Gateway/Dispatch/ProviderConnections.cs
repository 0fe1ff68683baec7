using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Providers.Credentials;

namespace Turnpike.Gateway.Dispatch;

/// <summary>The connections to one provider: a pool, its headers, its credentials, and places for requests under way.</summary>
internal sealed class ProviderConnections
{
    private readonly KeyValuePair<string, string>[] _headers;

    /// <param name="signer">For credentials that differ from request to request; null where the headers of the format do.</param>
    public ProviderConnections(Provider provider, IProviderFormat format, HttpMessageHandler handler, IRequestSigner? signer)
    {
        Provider = provider;
        Signer = signer;
        Invoker = new HttpMessageInvoker(handler);
        Places = new SemaphoreSlim(provider.ConcurrencyMax);
        _headers =
        [
            new("User-Agent", "Turnpike/0.1"),
            .. format.HeadersOf(provider),
            .. provider.Headers.Select(static h => new KeyValuePair<string, string>(h.Key, h.Value.Reveal())),
        ];
    }

    public Provider Provider { get; }

    public IRequestSigner? Signer { get; }

    public HttpMessageInvoker Invoker { get; }

    public SemaphoreSlim Places { get; }

    public void AddHeaders(HttpRequestMessage message)
    {
        foreach (var (name, value) in _headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
