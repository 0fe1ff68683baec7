using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Embeddings;

/// <summary>Embeddings, in OpenAI's form with OpenRouter's additions.</summary>
internal sealed class EmbeddingFormat : OperationFormat
{
    private static readonly FrozenDictionary<string, IEmbeddingDialect> Others = new Dictionary<string, IEmbeddingDialect>
    {
        [Core.Catalog.Dialects.Gemini] = new GeminiEmbeddings(),
        [Core.Catalog.Dialects.Vertex] = new VertexEmbeddings(),
        [Core.Catalog.Dialects.CohereV2] = new CohereEmbeddings(),
        [Core.Catalog.Dialects.Ollama] = new OllamaEmbeddings(),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public override Operation Operation => Operation.Embeddings;

    public override string ApiType => "embeddings";

    public override bool TryRead(ReadOnlySpan<byte> body, out InferenceRequest? request, out GatewayError? error) =>
        new EmbeddingReader().TryRead(body, out request, out error);

    public override Uri? AddressIn(Endpoint endpoint) => Others.GetValueOrDefault(endpoint.Dialect)?.AddressOf(endpoint);

    /// <summary>Other dialects take texts alone, and not as many.</summary>
    public override GatewayError? WhyNot(Endpoint endpoint, InferenceRequest request) =>
        Others.GetValueOrDefault(endpoint.Dialect) is not { } other ? null
        : WishOf(request) is not { IsText: true } wish ? GatewayErrors.InvalidField("input", $"is no text, which is all that '{endpoint.Model.Id}' takes. Send strings, not tokens or parts.")
        : wish.Inputs > other.InputsMax(endpoint) ? GatewayErrors.InvalidField("input", string.Create(
            CultureInfo.InvariantCulture, $"has {wish.Inputs} texts, but '{endpoint.Model.Id}' takes {other.InputsMax(endpoint)} at once. Send fewer."))
        : null;

    public override HttpContent Passthrough(ReadOnlyMemory<byte> body, InferenceRequest request, UpstreamTarget target)
    {
        if (Others.GetValueOrDefault(target.Endpoint.Dialect) is not { } other)
        {
            return base.Passthrough(body, request, target);
        }

        var output = new ArrayBufferWriter<byte>(body.Length + 256);
        using (var json = JsonWriting.To(output))
        {
            json.WriteStartObject();
            other.Write(json, Question(body, WishOf(request), target.Endpoint.UpstreamModel));
            json.WriteEndObject();
        }

        return new JsonBody(output.WrittenMemory);
    }

    public override AnswerFlow NewRewriter(AnswerContext context) => Others.GetValueOrDefault(context.Dialect) is { } other
        ? new TranslatedEmbeddingFlow(context, other)
        : new EmbeddingFlow(context);

    private static EmbeddingWish WishOf(InferenceRequest request) => (EmbeddingWish)request.Wish!; // of this format

    private static EmbeddingQuestion Question(ReadOnlyMemory<byte> body, EmbeddingWish wish, string model)
    {
        using var input = JsonDocument.Parse(body[wish.Members.First(static m => m.Name == "input").Value]);
        var root = input.RootElement;
        return new(
            model,
            root.ValueKind == JsonValueKind.String ? [root.GetString()!] : [.. root.EnumerateArray().Select(static t => t.GetString()!)], // texts, as was read
            wish.Dimensions,
            wish.InputType);
    }
}
