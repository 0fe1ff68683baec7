using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Embeddings;

/// <summary>Gemini's <c>batchEmbedContents</c>, which takes one text as well as many.</summary>
internal sealed class GeminiEmbeddings : IEmbeddingDialect
{
    public int InputsMax(Endpoint endpoint) => 100;

    public Uri AddressOf(Endpoint endpoint) =>
        new($"{endpoint.BaseUrl?.AbsoluteUri.TrimEnd('/')}/models/{Uri.EscapeDataString(endpoint.UpstreamModel)}:batchEmbedContents");

    public void Write(Utf8JsonWriter json, EmbeddingQuestion question)
    {
        json.WriteStartArray("requests");
        foreach (var text in question.Texts)
        {
            json.WriteStartObject();
            json.WriteString("model", "models/" + question.Model);
            json.WriteStartObject("content");
            json.WriteStartArray("parts");
            json.WriteStartObject();
            json.WriteString("text", text);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.StringIf("taskType", TaskOf(question.InputType));
            json.NumberIf("outputDimensionality", (long?)question.Dimensions);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public IEnumerable<JsonElement>? VectorsOf(JsonElement answer) =>
        answer.TryMember("embeddings", out var vectors) && vectors.ValueKind == JsonValueKind.Array
            ? vectors.EnumerateArray().Select(static v => v.TryMember("values", out var values) ? values : default)
            : null;

    public int? TokensOf(JsonElement answer) =>
        answer.TryMember("usageMetadata", out var usage) ? OperationUsage.Count(usage, "promptTokenCount") : null;

    /// <summary>Google's word for what the texts are for.</summary>
    public static string? TaskOf(string? inputType) => inputType switch
    {
        null => null,
        "search_query" => "RETRIEVAL_QUERY",
        "search_document" => "RETRIEVAL_DOCUMENT",
        _ => inputType.ToUpperInvariant(),
    };
}
