namespace Turnpike.Gateway.Dialects.Images;

/// <summary>How images are told to the caller.</summary>
internal enum ImageForm
{
    /// <summary>OpenRouter's: base64 with its media type.</summary>
    Typed,

    /// <summary>OpenAI's <c>b64_json</c>.</summary>
    Base64,

    /// <summary>OpenAI's <c>url</c>.</summary>
    Address,
}
