namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Whose form a request for images has: that of its address.</summary>
internal enum ImageApi
{
    /// <summary><c>/images</c>.</summary>
    OpenRouter,

    /// <summary>OpenAI's <c>/images/generations</c>.</summary>
    Generations,

    /// <summary>OpenAI's <c>/images/edits</c>: images of given ones.</summary>
    Edits,
}
