using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Ollama;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Embeddings;

/// <summary>Ollama's <c>/api/embed</c>.</summary>
internal sealed class OllamaEmbeddings : IEmbeddingDialect
{
    /// <summary>It knows no bound but its context for each.</summary>
    public int InputsMax(Endpoint endpoint) => int.MaxValue;

    public Uri? AddressOf(Endpoint endpoint) => OllamaAddress.Of(endpoint, "embed");

    public void Write(Utf8JsonWriter json, EmbeddingQuestion question)
    {
        json.WriteString("model", question.Model);
        json.StringsIf("input", question.Texts);
        json.NumberIf("dimensions", (long?)question.Dimensions);
        json.WriteBoolean("truncate", value: false); // a text that is too long is an error, and not the vector of its beginning
    }

    public IEnumerable<JsonElement>? VectorsOf(JsonElement answer) =>
        answer.TryMember("embeddings", out var vectors) && vectors.ValueKind == JsonValueKind.Array ? vectors.EnumerateArray() : null;

    public int? TokensOf(JsonElement answer) => OperationUsage.Count(answer, "prompt_eval_count");
}
