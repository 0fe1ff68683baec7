using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Providers.Credentials;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dispatch;

/// <summary>One endpoint as it is spoken to: its connections, its format, and what stands in requests to it and in answers from it.</summary>
internal sealed class Upstream(Endpoint endpoint, ProviderConnections connections)
{
    // The addresses of the commonest operation are asked for at every request.
    private readonly Uri? _chat = ProviderFormats.For(endpoint).AddressOf(endpoint, Operation.Chat, stream: false);
    private readonly Uri? _chatStream = ProviderFormats.For(endpoint).AddressOf(endpoint, Operation.Chat, stream: true);

    private readonly KeyValuePair<string, string>[] _headers =
    [
        new("User-Agent", "Turnpike/0.1"),
        .. ProviderFormats.For(endpoint).HeadersOf(endpoint.Provider),
        .. endpoint.Provider.Headers.Select(static h => new KeyValuePair<string, string>(h.Key, h.Value.Reveal())),
    ];

    public Endpoint Endpoint { get; } = endpoint;

    public ProviderConnections Connections { get; } = connections;

    /// <summary>For credentials that differ from request to request; null where the headers do.</summary>
    public IRequestSigner? Signer { get; } = connections.SignerOf(endpoint.Dialect);

    public IProviderFormat Format { get; } = ProviderFormats.For(endpoint);

    /// <summary>The provider's name for the model, as a JSON string.</summary>
    public byte[] UpstreamModel { get; } = JsonText.Quote(endpoint.UpstreamModel);

    /// <summary>Our name for the model, as a JSON string.</summary>
    public byte[] Model { get; } = JsonText.Quote(endpoint.Model.Id);

    /// <summary>The provider's display name, as a JSON string.</summary>
    public byte[] Provider { get; } = JsonText.Quote(endpoint.Provider.Name);

    public void AddHeaders(HttpRequestMessage message)
    {
        foreach (var (name, value) in _headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>Where a request is sent; null where the provider cannot be asked for the operation.</summary>
    public Uri? AddressOf(Operation operation, bool stream) =>
        operation != Operation.Chat ? Format.AddressOf(Endpoint, operation, stream)
        : stream ? _chatStream
        : _chat;
}
