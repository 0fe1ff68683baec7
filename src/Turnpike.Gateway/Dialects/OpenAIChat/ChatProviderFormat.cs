using System.Buffers;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>OpenAI Chat as providers speak it, with their deviations as data (<see cref="ProviderQuirks"/>).</summary>
internal sealed class ChatProviderFormat : IProviderFormat
{
    private static readonly Uri Nowhere = new("http://turnpike.invalid/v1");

    public string Dialect => Core.Catalog.Dialects.OpenAIChat;

    public Uri? AddressOf(Endpoint endpoint, Operation operation, bool stream)
    {
        var path = operation switch
        {
            Operation.Chat => "chat/completions",
            Operation.Embeddings => "embeddings",
            Operation.Images => "images/generations",
            Operation.ImageEdits => "images/edits",
            Operation.Speech => "audio/speech",
            Operation.Transcription => "audio/transcriptions",
            Operation.Rerank => "rerank",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return new Uri($"{(endpoint.BaseUrl ?? Nowhere).AbsoluteUri.TrimEnd('/')}/{path}");
    }

    public IEnumerable<KeyValuePair<string, string>> HeadersOf(Provider provider) =>
        provider.ApiKey is { } key ? [new("Authorization", "Bearer " + key.Reveal())] : [];

    public bool TakesUrl(MediaKind kind, Endpoint endpoint) => kind switch
    {
        MediaKind.Image => endpoint.Provider.Quirks.ImageUrls,
        MediaKind.Video => true,
        MediaKind.Document => endpoint.Provider.Quirks.DocumentForm == DocumentForm.DocumentUrl,
        _ => false,
    };

    public bool TakesNames(Provider provider) => provider.Quirks.MessageNames;

    public GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped) =>
        ChatNeutralWriter.Write(request, target, output, dropped);

    public IAnswerReader NewReader(NeutralRequest request, UpstreamTarget target) => ChatAnswerReader.For(target.Endpoint, request);

    public IEventFramer NewFramer(int eventBytesMax) => new SseFramer(eventBytesMax);

    public bool IsStream(string? mediaType) => mediaType is null or "text/event-stream";

    public ProviderErrorBody ReadError(HttpResponseHeaders headers, ReadOnlyMemory<byte> body) => ChatErrorReader.Read(body);
}
