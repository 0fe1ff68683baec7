namespace Turnpike.Gateway.Dialects;

/// <summary>What is asked of a model: the kind of address at the provider.</summary>
internal enum Operation
{
    Chat,

    /// <summary>How many tokens a chat's prompt has.</summary>
    CountTokens,
    Embeddings,
    Images,

    /// <summary>Images made of given ones. An address of providers, not of formats: those speak of <see cref="Images"/>.</summary>
    ImageEdits,
    Speech,
    Transcription,
    Rerank,
}
