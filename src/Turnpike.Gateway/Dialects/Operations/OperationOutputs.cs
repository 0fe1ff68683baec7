namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>What a model must give, in the words of the catalogue, to be asked for an operation.</summary>
internal static class OperationOutputs
{
    /// <summary>One of a model's output modalities; null for chat, which any model may be asked for.</summary>
    public static string? Of(Operation operation) => operation switch
    {
        Operation.Embeddings => "embeddings",
        Operation.Rerank => "rerank",
        Operation.Images => "image",
        Operation.Speech => "speech",
        Operation.Transcription => "transcription",
        _ => null,
    };
}
