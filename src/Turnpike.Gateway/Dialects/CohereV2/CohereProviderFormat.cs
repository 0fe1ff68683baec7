using System.Buffers;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.CohereV2;

/// <summary>Cohere's chat API, version 2.</summary>
internal sealed class CohereProviderFormat : IProviderFormat
{
    public string Dialect => Core.Catalog.Dialects.CohereV2;

    public Uri? AddressOf(Endpoint endpoint, Operation operation, bool stream) =>
        operation == Operation.Chat && endpoint.BaseUrl is { } address ? new($"{address.AbsoluteUri.TrimEnd('/')}/chat") : null;

    public IEnumerable<KeyValuePair<string, string>> HeadersOf(Provider provider) =>
        provider.ApiKey is { } key ? [new("Authorization", $"Bearer {key.Reveal()}")] : [];

    public bool TakesUrl(MediaKind kind, Endpoint endpoint) => kind == MediaKind.Image;

    public ToolNameRule ToolNamesOf(Endpoint endpoint) => ToolNameRule.Cohere;

    public GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped) =>
        new CohereNeutralWriter(request, target, dropped).Write(output);

    public IAnswerReader NewReader(NeutralRequest request, UpstreamTarget target) => new CohereAnswerReader(request.Stop is [var only] ? only : null);

    public IEventFramer NewFramer(int eventBytesMax) => new SseFramer(eventBytesMax);

    public bool IsStream(string? mediaType) => mediaType is null or "text/event-stream";

    public ProviderErrorBody ReadError(HttpResponseHeaders headers, ReadOnlyMemory<byte> body) => CohereErrorReader.Read(body);
}
