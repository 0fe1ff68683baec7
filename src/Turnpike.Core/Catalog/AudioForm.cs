namespace Turnpike.Core.Catalog;

/// <summary>How recordings stand in messages of OpenAI's chat format.</summary>
public enum AudioForm
{
    /// <summary><c>input_audio</c> with <c>data</c> and <c>format</c>.</summary>
    Object,

    /// <summary><c>input_audio</c> is the bytes in base64.</summary>
    Text,
}
