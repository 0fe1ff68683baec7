using System.Buffers;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Anthropic's Messages API as providers speak it. Other hosts of it use <see cref="AnthropicNeutralWriter"/> with a body of their own, and
/// <see cref="AnthropicAnswerReader"/>.</summary>
internal sealed class AnthropicProviderFormat : IProviderFormat
{
    public const string Version = "2023-06-01";

    private const string FilesBeta = "files-api-2025-04-14";

    private static readonly Uri Nowhere = new("http://turnpike.invalid/v1");

    public string Dialect => Core.Catalog.Dialects.AnthropicMessages;

    public Uri? AddressOf(Endpoint endpoint, Operation operation, bool stream) => operation switch
    {
        Operation.Chat => Under(endpoint, "messages"),
        Operation.CountTokens => Under(endpoint, "messages/count_tokens"),
        _ => null,
    };

    public IEnumerable<KeyValuePair<string, string>> HeadersOf(Provider provider)
    {
        if (provider.ApiKey is { } key)
        {
            yield return new("x-api-key", key.Reveal());
        }

        yield return new("anthropic-version", Version);
    }

    public void AddHeaders(NeutralRequest request, UpstreamTarget target, HttpRequestHeaders headers)
    {
        if (request.Messages.Exists(static m => m.Parts.Exists(static p => p is MediaPart { Source.FileId: not null })))
        {
            headers.TryAddWithoutValidation("anthropic-beta", FilesBeta);
        }
    }

    public bool TakesUrl(MediaKind kind, Endpoint endpoint) => kind is MediaKind.Image or MediaKind.Document;

    public ToolNameRule ToolNamesOf(Endpoint endpoint) => ToolNameRule.Anthropic;

    public GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped) =>
        AnthropicNeutralWriter.Write(request, target, output, dropped, AnthropicBody.Usual);

    public IAnswerReader NewReader(NeutralRequest request, UpstreamTarget target) => AnthropicAnswerReader.For(request, target);

    public IEventFramer NewFramer(int eventBytesMax) => new SseFramer(eventBytesMax);

    public bool IsStream(string? mediaType) => mediaType is null or "text/event-stream";

    public ProviderErrorBody ReadError(HttpResponseHeaders headers, ReadOnlyMemory<byte> body) => AnthropicErrorReader.Read(body);

    private static Uri Under(Endpoint endpoint, string path) => new($"{(endpoint.BaseUrl ?? Nowhere).AbsoluteUri.TrimEnd('/')}/{path}");
}
