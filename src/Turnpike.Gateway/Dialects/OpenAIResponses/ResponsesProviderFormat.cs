using System.Buffers;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

/// <summary>OpenAI Responses (and Open Responses) as providers speak it. Nothing is stored there: history is sent whole, with the reasoning
/// in encrypted form.</summary>
internal sealed class ResponsesProviderFormat : IProviderFormat
{
    private static readonly Uri Nowhere = new("http://turnpike.invalid/v1");

    public string Dialect => Core.Catalog.Dialects.OpenAIResponses;

    public Uri? AddressOf(Endpoint endpoint, Operation operation, bool stream) => operation == Operation.Chat
        ? new Uri($"{(endpoint.BaseUrl ?? Nowhere).AbsoluteUri.TrimEnd('/')}/responses")
        : null;

    public IEnumerable<KeyValuePair<string, string>> HeadersOf(Provider provider) =>
        provider.ApiKey is { } key ? [new("Authorization", "Bearer " + key.Reveal())] : [];

    public bool TakesUrl(MediaKind kind, Endpoint endpoint) => kind is MediaKind.Image or MediaKind.Document;

    public GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped) =>
        ResponsesNeutralWriter.Write(request, target, output, dropped);

    public IAnswerReader NewReader(NeutralRequest request, UpstreamTarget target) => new ResponsesAnswerReader(ResponsesModels.ReasoningFormat(target.Endpoint));

    public IEventFramer NewFramer(int eventBytesMax) => new SseFramer(eventBytesMax);

    public bool IsStream(string? mediaType) => mediaType is null or "text/event-stream";

    public ProviderErrorBody ReadError(HttpResponseHeaders headers, ReadOnlyMemory<byte> body) => ResponsesErrorReader.Read(body);
}
