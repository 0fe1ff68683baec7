using System.Buffers;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>The Gemini API as providers speak it: the model stands in the address, and so does whether the answer is streamed.</summary>
internal sealed class GeminiProviderFormat : IProviderFormat
{
    private static readonly Uri Nowhere = new("http://turnpike.invalid/v1beta");

    public string Dialect => Core.Catalog.Dialects.Gemini;

    public Uri? AddressOf(Endpoint endpoint, Operation operation, bool stream)
    {
        if (operation != Operation.Chat)
        {
            return null;
        }

        var model = endpoint.UpstreamModel;
        var path = model.Contains('/', StringComparison.Ordinal) ? model : "models/" + model; // tunedModels/… names its own place
        return new($"{(endpoint.BaseUrl ?? Nowhere).AbsoluteUri.TrimEnd('/')}/{path}:{VerbOf(stream)}");
    }

    /// <summary>What is asked of the model. Without the parameter a stream comes as one JSON array.</summary>
    public static string VerbOf(bool stream) => stream ? "streamGenerateContent?alt=sse" : "generateContent";

    public IEnumerable<KeyValuePair<string, string>> HeadersOf(Provider provider) =>
        provider.ApiKey is { } key ? [new("x-goog-api-key", key.Reveal())] : [];

    public bool TakesUrl(MediaKind kind, Endpoint endpoint) => false;

    public bool TakesUrlOf(MediaPart media, Endpoint endpoint) => GeminiMediaWriter.CanFetch(GeminiHost.GeminiApi, media.Source.Url!); // it stands at one

    public ToolNameRule ToolNamesOf(Endpoint endpoint) => ToolNameRule.Gemini;

    public GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped) =>
        GeminiNeutralWriter.Write(request, target, GeminiHost.GeminiApi, output, dropped);

    public IAnswerReader NewReader(NeutralRequest request, UpstreamTarget target) => new GeminiAnswerReader(request.Messages.Count);

    public IEventFramer NewFramer(int eventBytesMax) => new SseFramer(eventBytesMax);

    public bool IsStream(string? mediaType) => mediaType is null or "text/event-stream";

    public ProviderErrorBody ReadError(HttpResponseHeaders headers, ReadOnlyMemory<byte> body) => GeminiErrorReader.Read(body.Span);
}
