using System.Net;
using System.Runtime.CompilerServices;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Providers.Simulator;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Gives each endpoint its connections; endpoints of one provider share them. They live as long as the catalogue that they
/// are of, and as long as requests use them.</summary>
internal sealed class Upstreams(TimeProvider time)
{
    private readonly ConditionalWeakTable<Endpoint, Upstream> _byEndpoint = new();
    private readonly ConditionalWeakTable<Provider, ProviderConnections> _byProvider = new();

    public Upstream For(Endpoint endpoint) =>
        _byEndpoint.TryGetValue(endpoint, out var upstream) ? upstream : _byEndpoint.GetValue(endpoint, Create);

    private Upstream Create(Endpoint endpoint) => new(endpoint, _byProvider.GetValue(endpoint.Provider, Connect));

    private ProviderConnections Connect(Provider provider) => new(
        provider, provider.Dialect == Core.Catalog.Dialects.Simulator ? new SimulatorHandler(time) : Sockets(provider), time);

    private static SocketsHttpHandler Sockets(Provider provider) => new()
    {
        AllowAutoRedirect = false, // a redirect would carry the prompt to an address nobody configured
        AutomaticDecompression = DecompressionMethods.None, // not asked for; undone where a provider compresses all the same
        UseCookies = false,
        UseProxy = OutwardProxy.OfEnvironment is not null,
        Proxy = OutwardProxy.OfEnvironment,
        ActivityHeadersPropagator = null,
        ConnectTimeout = provider.Timeouts.Connect,
        MaxConnectionsPerServer = provider.ConcurrencyMax,
        PooledConnectionLifetime = TimeSpan.FromMinutes(10), // so that DNS changes are seen
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(50), // below the minute after which many providers close
        MaxResponseHeadersLength = 64,
        ResponseDrainTimeout = TimeSpan.Zero, // what we leave unread is a cancelled generation: close, do not read on
    };
}
