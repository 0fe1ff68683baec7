using System.Text.Json;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Dialects.Embeddings;

/// <summary>How a dialect that is not OpenAI's asks for embeddings of texts, and answers. Pure.</summary>
internal interface IEmbeddingDialect
{
    /// <summary>The most texts of one request.</summary>
    int InputsMax(Endpoint endpoint);

    Uri? AddressOf(Endpoint endpoint);

    /// <summary>Writes the body's members.</summary>
    void Write(Utf8JsonWriter json, EmbeddingQuestion question);

    /// <summary>The vectors of an answer, in the order of the texts; null where it has none.</summary>
    IEnumerable<JsonElement>? VectorsOf(JsonElement answer);

    /// <summary>The tokens of the texts; null where the provider does not tell.</summary>
    int? TokensOf(JsonElement answer);
}

/// <summary>What is asked for.</summary>
/// <param name="Model">The provider's name for the model.</param>
/// <param name="InputType">search_query, search_document, classification, clustering, or what the caller sent; null where it sent none.</param>
internal sealed record EmbeddingQuestion(string Model, IReadOnlyList<string> Texts, int? Dimensions, string? InputType);
