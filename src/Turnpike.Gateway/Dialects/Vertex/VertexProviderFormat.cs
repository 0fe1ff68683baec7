using System.Buffers;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Gemini;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Gateway.Dialects.Vertex;

/// <summary>Vertex AI: each publisher's models in their own format, at addresses of one form and with one kind of credentials.</summary>
/// <remarks>A token that runs out comes from the signer (<see cref="Providers.Credentials.TokenSigner"/>), not from here.</remarks>
internal sealed class VertexProviderFormat : IProviderFormat
{
    /// <summary>How Google's API keys (of its express mode) begin; other keys are access tokens.</summary>
    private const string ApiKeyPrefix = "AIza";

    private static readonly AnthropicBody ClaudeBody = new(HasModel: false, "vertex-2023-10-16");
    private static readonly ChatProviderFormat Chat = new();

    public string Dialect => Core.Catalog.Dialects.Vertex;

    public Uri? AddressOf(Endpoint endpoint, Operation operation, bool stream) =>
        operation == Operation.Chat ? VertexAddress.Of(endpoint, stream) : null;

    public IEnumerable<KeyValuePair<string, string>> HeadersOf(Provider provider) => provider.ApiKey?.Reveal() switch
    {
        null => [],
        var key when key.StartsWith(ApiKeyPrefix, StringComparison.Ordinal) => [new("x-goog-api-key", key)],
        var token => [new("Authorization", "Bearer " + token)],
    };

    public bool TakesUrl(MediaKind kind, Endpoint endpoint) => VertexAddress.PublisherOf(endpoint.UpstreamModel) switch
    {
        VertexPublisher.Google => true,
        VertexPublisher.Anthropic => false,
        VertexPublisher.Open => Chat.TakesUrl(kind, endpoint),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public bool TakesUrlOf(MediaPart media, Endpoint endpoint) =>
        TakesUrl(media.Kind, endpoint) && (media.Source.Url?.StartsWith("gs:", StringComparison.OrdinalIgnoreCase) != true || OpenBuckets.Has(endpoint.Provider, media.Source.Url));

    public ToolNameRule ToolNamesOf(Endpoint endpoint) => VertexAddress.PublisherOf(endpoint.UpstreamModel) switch
    {
        VertexPublisher.Google => ToolNameRule.Gemini,
        VertexPublisher.Anthropic => ToolNameRule.Anthropic,
        VertexPublisher.Open => ToolNameRule.Usual,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped) =>
        PublisherOf(target) switch
        {
            VertexPublisher.Google => GeminiNeutralWriter.Write(request, target, GeminiHost.Vertex, output, dropped),
            VertexPublisher.Anthropic => AnthropicNeutralWriter.Write(request, target, output, dropped, ClaudeBody),
            VertexPublisher.Open => Chat.Write(request, target, output, dropped),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    public IAnswerReader NewReader(NeutralRequest request, UpstreamTarget target) => PublisherOf(target) switch
    {
        VertexPublisher.Google => new GeminiAnswerReader(request.Messages.Count),
        VertexPublisher.Anthropic => AnthropicAnswerReader.For(request, target),
        VertexPublisher.Open => Chat.NewReader(request, target),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public IEventFramer NewFramer(int eventBytesMax) => new SseFramer(eventBytesMax);

    public bool IsStream(string? mediaType) => mediaType is null or "text/event-stream";

    public ProviderErrorBody ReadError(HttpResponseHeaders headers, ReadOnlyMemory<byte> body) => GeminiErrorReader.Read(body.Span);

    private static VertexPublisher PublisherOf(UpstreamTarget target) => VertexAddress.PublisherOf(target.Endpoint.UpstreamModel);
}
