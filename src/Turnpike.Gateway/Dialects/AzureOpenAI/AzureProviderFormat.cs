using System.Buffers;
using System.Net.Http.Headers;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Gateway.Dialects.AzureOpenAI;

/// <summary>OpenAI Chat as Azure speaks it: other addresses, another header for the key, the same bodies.</summary>
/// <remarks>Without an <c>apiVersion</c> in the provider's settings the addresses are those of Azure's <c>/openai/v1</c>, where the deployment is the
/// model; with one they are the older ones, which have it in the path.</remarks>
internal sealed class AzureProviderFormat(ChatProviderFormat chat) : IProviderFormat
{
    public string Dialect => Core.Catalog.Dialects.AzureOpenAI;

    public Uri? AddressOf(Endpoint endpoint, Operation operation, bool stream)
    {
        if (endpoint.BaseUrl is not { } address || PathOf(operation) is not { } path)
        {
            return null;
        }

        var host = address.AbsoluteUri.TrimEnd('/');
        return endpoint.Provider.Settings.TryGetValue("apiVersion", out var version)
            ? new($"{host}/openai/deployments/{Uri.EscapeDataString(endpoint.UpstreamModel)}/{path}?api-version={Uri.EscapeDataString(version.Reveal())}")
            : new($"{host}/openai/v1/{path}");
    }

    public IEnumerable<KeyValuePair<string, string>> HeadersOf(Provider provider) =>
        provider.ApiKey is { } key ? [new("api-key", key.Reveal())] : [];

    public bool TakesUrl(MediaKind kind, Endpoint endpoint) => chat.TakesUrl(kind, endpoint);

    public bool TakesNames(Provider provider) => chat.TakesNames(provider);

    public GatewayError? Write(NeutralRequest request, UpstreamTarget target, IBufferWriter<byte> output, DroppedParameters dropped) =>
        chat.Write(request, target, output, dropped);

    public IAnswerReader NewReader(NeutralRequest request, UpstreamTarget target) => chat.NewReader(request, target);

    public IEventFramer NewFramer(int eventBytesMax) => chat.NewFramer(eventBytesMax);

    public bool IsStream(string? mediaType) => chat.IsStream(mediaType);

    public ProviderErrorBody ReadError(HttpResponseHeaders headers, ReadOnlyMemory<byte> body) => chat.ReadError(headers, body);

    private static string? PathOf(Operation operation) => operation switch
    {
        Operation.Chat => "chat/completions",
        Operation.Embeddings => "embeddings",
        Operation.Images => "images/generations",
        Operation.ImageEdits => "images/edits",
        Operation.Speech => "audio/speech",
        Operation.Transcription => "audio/transcriptions",
        Operation.Rerank => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
