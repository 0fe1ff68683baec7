namespace Turnpike.Gateway.Dialects;

/// <summary>What is asked of a model: the kind of address at the provider.</summary>
internal enum Operation
{
    Chat,

    /// <summary>How many tokens a chat's prompt has.</summary>
    CountTokens,
    Embeddings,
    Images,
    Speech,
    Transcription,
    Rerank,
}
