namespace Turnpike.Core.Catalog;

/// <summary>How documents stand in messages of OpenAI's chat format.</summary>
public enum DocumentForm
{
    /// <summary>As OpenAI has them: <c>file</c> with <c>file_data</c> or <c>file_id</c>.</summary>
    File,

    /// <summary>As Mistral has them: <c>document_url</c> with an address, which may be <c>data:</c>; text is text.</summary>
    DocumentUrl,

    /// <summary>Not at all, whatever the model can do elsewhere.</summary>
    None,
}
