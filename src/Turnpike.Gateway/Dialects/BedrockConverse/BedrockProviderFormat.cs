using System.Buffers;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Amazon Bedrock's Converse API. A key is sent as a bearer token; without one requests are signed.</summary>
internal sealed class BedrockProviderFormat : IProviderFormat
{
    public string Dialect => Core.Catalog.Dialects.BedrockConverse;

    public Uri? AddressOf(Endpoint endpoint, Operation operation, bool stream) => operation == Operation.Chat && endpoint.BaseUrl is { } address
        ? new($"{address.AbsoluteUri.TrimEnd('/')}/model/{Uri.EscapeDataString(endpoint.UpstreamModel)}/{(stream ? "converse-stream" : "converse")}")
        : null;

    public IEnumerable<KeyValuePair<string, string>> HeadersOf(Provider provider) =>
        provider.ApiKey is { } key ? [new("Authorization", $"Bearer {key.Reveal()}")] : [];

    public bool TakesUrl(MediaKind kind, Endpoint endpoint) => false;

    public bool TakesUrlOf(MediaPart media, Endpoint endpoint) => BedrockMediaWriter.IsInS3(media.Source) && OpenBuckets.Has(endpoint.Provider, media.Source.Url!); // it is there

    public GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped) =>
        new BedrockNeutralWriter(request, target, dropped).Write(output);

    public IAnswerReader NewReader(NeutralRequest request, UpstreamTarget target)
    {
        var model = BedrockModel.Of(target.Endpoint);
        return new BedrockAnswerReader(model.ReasoningFormat, BedrockAnswerForm.Of(request, model).IsTool);
    }

    public IEventFramer NewFramer(int eventBytesMax) => new EventStreamFramer(eventBytesMax);

    public bool IsStream(string? mediaType) => mediaType is null or "application/vnd.amazon.eventstream";

    public ProviderErrorBody ReadError(HttpResponseHeaders headers, ReadOnlyMemory<byte> body) => BedrockErrorReader.Read(headers, body);
}
