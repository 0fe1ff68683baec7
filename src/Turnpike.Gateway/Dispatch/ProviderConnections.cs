using System.Collections.Concurrent;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Providers.Credentials;

namespace Turnpike.Gateway.Dispatch;

/// <summary>The connections to one provider: a pool, places for requests under way, and what signs them. Its endpoints share them, whatever
/// dialects they speak.</summary>
internal sealed class ProviderConnections(Provider provider, HttpMessageHandler handler, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, IRequestSigner?> _signers = new(StringComparer.Ordinal);

    public HttpMessageInvoker Invoker { get; } = new(handler);

    public SemaphoreSlim Places { get; } = new(provider.ConcurrencyMax);

    /// <summary>For credentials that differ from request to request; null where the headers of the dialect do.</summary>
    public IRequestSigner? SignerOf(string dialect) => _signers.GetOrAdd(dialect, d => RequestSigners.For(provider, d, handler, time));
}
