using System.Buffers;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Amazon Bedrock's Converse API. Requests are signed with an access key (<c>AwsSigner</c>) or carry an API key.</summary>
internal sealed class BedrockProviderFormat : IProviderFormat
{
    private const string StreamType = "application/vnd.amazon.eventstream";

    public string Dialect => Core.Catalog.Dialects.BedrockConverse;

    public Uri? AddressOf(Endpoint endpoint, Operation operation, bool stream) => operation == Operation.Chat && endpoint.BaseUrl is { } address
        ? new($"{address.AbsoluteUri.TrimEnd('/')}/model/{Uri.EscapeDataString(endpoint.UpstreamModel)}/{(stream ? "converse-stream" : "converse")}")
        : null;

    public IEnumerable<KeyValuePair<string, string>> HeadersOf(Provider provider) =>
        provider.ApiKey is { } key ? [new("Authorization", "Bearer " + key.Reveal())] : [];

    public bool TakesUrl(MediaKind kind, Endpoint endpoint) => false;

    public GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped) =>
        BedrockNeutralWriter.Write(request, target, output, dropped);

    public IAnswerReader NewReader(NeutralRequest request, UpstreamTarget target) => BedrockAnswerReader.For(request, target);

    public IEventFramer NewFramer(int eventBytesMax) => new EventStreamFramer(eventBytesMax);

    public bool IsStream(string? mediaType) => mediaType == StreamType;

    public ProviderErrorBody ReadError(HttpResponseHeaders headers, ReadOnlyMemory<byte> body) =>
        BedrockErrorReader.Read(headers.TryGetValues("x-amzn-errortype", out var types) ? types.FirstOrDefault() : null, body.Span);
}
