using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Providers.Simulator;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dispatch;

/// <summary>One endpoint as it is spoken to: its connections, its address, and what stands in answers from it.</summary>
internal sealed class Upstream(Endpoint endpoint, ProviderConnections connections)
{
    private static readonly Uri SimulatorAddress = new("http://turnpike.invalid/v1");

    public Endpoint Endpoint { get; } = endpoint;

    public ProviderConnections Connections { get; } = connections;

    public Uri Address { get; } = new($"{(endpoint.Provider.BaseUrl ?? SimulatorAddress).AbsoluteUri.TrimEnd('/')}/chat/completions");

    public ChatTarget Target { get; } = new(
        JsonText.Quote(endpoint.UpstreamModel), endpoint.Provider.Quirks.OutputLimitField, endpoint.Provider.Quirks.StreamOptions);

    /// <summary>Our name for the model, as a JSON string.</summary>
    public byte[] Model { get; } = JsonText.Quote(endpoint.Model.Id);

    /// <summary>The provider's display name, as a JSON string.</summary>
    public byte[] Provider { get; } = JsonText.Quote(endpoint.Provider.Name);
}

/// <summary>The connections to one provider: a pool, its headers, and places for requests under way.</summary>
internal sealed class ProviderConnections
{
    private readonly KeyValuePair<string, string>[] _headers;

    public ProviderConnections(Provider provider, HttpMessageHandler handler)
    {
        Provider = provider;
        Invoker = new HttpMessageInvoker(handler);
        Places = new SemaphoreSlim(provider.ConcurrencyMax);
        List<KeyValuePair<string, string>> headers = [new("User-Agent", "Turnpike/0.1")];
        if (provider.ApiKey is { } key)
        {
            headers.Add(new("Authorization", "Bearer " + key.Reveal()));
        }

        headers.AddRange(provider.Headers.Select(static h => new KeyValuePair<string, string>(h.Key, h.Value.Reveal())));
        _headers = [.. headers];
    }

    public Provider Provider { get; }

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

/// <summary>Gives each endpoint its connections; endpoints of one provider share them. They live as long as the catalogue that they
/// are of, and as long as requests use them.</summary>
internal sealed class Upstreams(TimeProvider time)
{
    private readonly ConditionalWeakTable<Endpoint, Upstream> _byEndpoint = new();
    private readonly ConditionalWeakTable<Provider, ProviderConnections> _byProvider = new();

    public Upstream For(Endpoint endpoint) =>
        _byEndpoint.TryGetValue(endpoint, out var upstream) ? upstream : _byEndpoint.GetValue(endpoint, Create);

    private Upstream Create(Endpoint endpoint) => new(endpoint, _byProvider.GetValue(endpoint.Provider, Connect));

    private ProviderConnections Connect(Provider provider) => new(provider, provider.Dialect switch
    {
        Core.Catalog.Dialects.Simulator => new SimulatorHandler(time),
        _ => new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a redirect would carry the prompt to an address nobody configured
            AutomaticDecompression = DecompressionMethods.None, // not asked for; undone where a provider compresses all the same
            UseCookies = false,
            UseProxy = provider.BaseUrl?.IsLoopback != true,
            ActivityHeadersPropagator = null,
            ConnectTimeout = provider.Timeouts.Connect,
            MaxConnectionsPerServer = provider.ConcurrencyMax,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10), // so that DNS changes are seen
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(50), // below the minute after which many providers close
            MaxResponseHeadersLength = 64,
            ResponseDrainTimeout = TimeSpan.Zero, // what we leave unread is a cancelled generation: close, do not read on
        },
    });
}
