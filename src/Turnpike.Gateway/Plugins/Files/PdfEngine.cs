namespace Turnpike.Gateway.Plugins.Files;

/// <summary>Who reads a PDF.</summary>
internal enum PdfEngine
{
    /// <summary>The model.</summary>
    Native,

    /// <summary>A program on this machine.</summary>
    Text,

    /// <summary>Mistral's service.</summary>
    Ocr,
}
