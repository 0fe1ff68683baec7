using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dispatch;

/// <summary>One endpoint as it is spoken to: its connections, its format, and what stands in requests to it and in answers from it.</summary>
internal sealed class Upstream(Endpoint endpoint, ProviderConnections connections)
{
    // The addresses of the commonest operation are asked for at every request.
    private readonly Uri? _chat = ProviderFormats.For(endpoint).AddressOf(endpoint, Operation.Chat, stream: false);
    private readonly Uri? _chatStream = ProviderFormats.For(endpoint).AddressOf(endpoint, Operation.Chat, stream: true);

    public Endpoint Endpoint { get; } = endpoint;

    public ProviderConnections Connections { get; } = connections;

    public IProviderFormat Format { get; } = ProviderFormats.For(endpoint);

    /// <summary>The provider's name for the model, as a JSON string.</summary>
    public byte[] UpstreamModel { get; } = JsonText.Quote(endpoint.UpstreamModel);

    /// <summary>Our name for the model, as a JSON string.</summary>
    public byte[] Model { get; } = JsonText.Quote(endpoint.Model.Id);

    /// <summary>The provider's display name, as a JSON string.</summary>
    public byte[] Provider { get; } = JsonText.Quote(endpoint.Provider.Name);

    /// <summary>Where a request is sent; null where the provider cannot be asked for the operation.</summary>
    public Uri? AddressOf(Operation operation, bool stream) =>
        operation != Operation.Chat ? Format.AddressOf(Endpoint, operation, stream)
        : stream ? _chatStream
        : _chat;
}
