using System.Buffers;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Ollama;

/// <summary>Ollama's own chat API: streams have one JSON object a line.</summary>
internal sealed class OllamaProviderFormat : IProviderFormat
{
    public string Dialect => Core.Catalog.Dialects.Ollama;

    public Uri? AddressOf(Endpoint endpoint, Operation operation, bool stream) => operation == Operation.Chat ? OllamaAddress.Of(endpoint, "chat") : null;

    // Only Ollama's cloud, and proxies, want a key.
    public IEnumerable<KeyValuePair<string, string>> HeadersOf(Provider provider) =>
        provider.ApiKey is { } key ? [new("Authorization", $"Bearer {key.Reveal()}")] : [];

    public bool TakesUrl(MediaKind kind, Endpoint endpoint) => false;

    public ToolNameRule ToolNamesOf(Endpoint endpoint) => ToolNameRule.None;

    public GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped) =>
        new OllamaNeutralWriter(request, target, dropped).Write(output);

    public IAnswerReader NewReader(NeutralRequest request, UpstreamTarget target) => new OllamaAnswerReader(request.Messages.Count);

    public IEventFramer NewFramer(int eventBytesMax) => new NdjsonFramer(eventBytesMax);

    public bool IsStream(string? mediaType) => mediaType is null or "application/x-ndjson" or "application/ndjson";

    public ProviderErrorBody ReadError(HttpResponseHeaders headers, ReadOnlyMemory<byte> body) => OllamaErrorReader.Read(body);
}
