namespace Turnpike.Gateway.Dialects;

/// <summary>What is asked of a model: the kind of address at the provider.</summary>
internal enum Operation
{
    Chat,
    Embeddings,
    Images,
    Speech,
    Transcription,
    Rerank,
}
