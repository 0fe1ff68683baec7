using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Embeddings;

/// <summary>Texts to be embedded.</summary>
/// <param name="Inputs">How many vectors are asked for.</param>
/// <param name="IsText">All of them are texts.</param>
internal sealed record EmbeddingWish(int Inputs, bool IsText) : OperationWish
{
    public int? Dimensions { get; init; }

    public string? InputType { get; init; }

    /// <summary>Vectors are wanted as base64.</summary>
    public bool AsBase64 { get; init; }
}
