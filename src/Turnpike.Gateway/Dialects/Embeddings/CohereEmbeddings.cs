using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Embeddings;

/// <summary>Cohere's <c>/v2/embed</c>.</summary>
internal sealed class CohereEmbeddings : IEmbeddingDialect
{
    public int InputsMax(Endpoint endpoint) => 96;

    public Uri AddressOf(Endpoint endpoint) => new($"{endpoint.BaseUrl?.AbsoluteUri.TrimEnd('/')}/embed");

    public void Write(Utf8JsonWriter json, EmbeddingQuestion question)
    {
        json.WriteString("model", question.Model);
        json.StringsIf("texts", question.Texts);
        json.WriteString("input_type", question.InputType ?? "search_document"); // which Cohere wants to be told
        json.StringsIf("embedding_types", ["float"]);
        json.NumberIf("output_dimension", (long?)question.Dimensions);
    }

    public IEnumerable<JsonElement>? VectorsOf(JsonElement answer) =>
        answer.TryMember("embeddings", out var byType) && byType.TryMember("float", out var vectors) && vectors.ValueKind == JsonValueKind.Array
            ? vectors.EnumerateArray()
            : null;

    public int? TokensOf(JsonElement answer) =>
        answer.TryMember("meta", out var meta) && meta.TryMember("billed_units", out var billed) ? OperationUsage.Count(billed, "input_tokens") : null;
}
