using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Dialects.Vertex;

namespace Turnpike.Gateway.Dialects.Embeddings;

/// <summary>Google's models at Vertex AI: <c>predict</c>, and from Gemini Embedding 2 on <c>embedContent</c>.</summary>
internal sealed class VertexEmbeddings : IEmbeddingDialect
{
    private const int TextsMax = 250;

    /// <summary>Gemini's models take one text at a time.</summary>
    public int InputsMax(Endpoint endpoint) => endpoint.UpstreamModel.Contains("gemini-embedding", StringComparison.Ordinal) ? 1 : TextsMax;

    public Uri? AddressOf(Endpoint endpoint) => VertexAddress.PublisherOf(endpoint.UpstreamModel) == VertexPublisher.Google
        ? VertexAddress.Of(endpoint, IsContent(endpoint.UpstreamModel) ? "embedContent" : "predict")
        : null;

    public void Write(Utf8JsonWriter json, EmbeddingQuestion question)
    {
        if (IsContent(question.Model))
        {
            WriteContent(json, question);
            return;
        }

        json.WriteStartArray("instances");
        foreach (var text in question.Texts)
        {
            json.WriteStartObject();
            json.WriteString("content", text);
            json.StringIf("task_type", GeminiEmbeddings.TaskOf(question.InputType));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("parameters");
        json.WriteBoolean("autoTruncate", value: false); // a text that is too long is refused, and not cut in silence
        json.NumberIf("outputDimensionality", (long?)question.Dimensions);
        json.WriteEndObject();
    }

    public IEnumerable<JsonElement>? VectorsOf(JsonElement answer) =>
        answer.TryMember("predictions", out var predictions) && predictions.ValueKind == JsonValueKind.Array
            ? predictions.EnumerateArray().Select(static p => p.TryMember("embeddings", out var found) && found.TryMember("values", out var values) ? values : default)
            : answer.TryMember("embedding", out var one) && one.TryMember("values", out var vector) ? [vector] : null;

    public int? TokensOf(JsonElement answer) =>
        answer.TryMember("usageMetadata", out var usage) ? OperationUsage.Count(usage, "promptTokenCount")
        : answer.TryMember("predictions", out var predictions) && predictions.ValueKind == JsonValueKind.Array ? Sum(predictions)
        : null;

    // What one of them does not tell is not known of all.
    private static int? Sum(JsonElement predictions)
    {
        long sum = 0;
        foreach (var prediction in predictions.EnumerateArray())
        {
            if (!prediction.TryMember("embeddings", out var found) || !found.TryMember("statistics", out var statistics)
                || OperationUsage.Count(statistics, "token_count") is not { } count)
            {
                return null;
            }

            sum += count;
        }

        return (int)Math.Min(sum, int.MaxValue);
    }

    private static void WriteContent(Utf8JsonWriter json, EmbeddingQuestion question)
    {
        json.WriteStartObject("content");
        json.WriteStartArray("parts");
        json.WriteStartObject();
        json.WriteString("text", question.Texts[0]);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("embedContentConfig");
        json.WriteBoolean("autoTruncate", value: false);
        json.StringIf("taskType", GeminiEmbeddings.TaskOf(question.InputType));
        json.NumberIf("outputDimensionality", (long?)question.Dimensions);
        json.WriteEndObject();
    }

    private static bool IsContent(string model) => model.Contains("gemini-embedding-2", StringComparison.Ordinal);
}
