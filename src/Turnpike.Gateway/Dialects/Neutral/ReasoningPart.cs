namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>What the model thought, to be given back to a model of the same format unchanged and in place.</summary>
/// <param name="Kind">What it consists of.</param>
/// <param name="Format">Who can read it: <see cref="ReasoningFormats"/>; null where nobody said.</param>
internal sealed record ReasoningPart(ReasoningKind Kind, string? Format) : Part
{
    /// <summary>The text, of kinds <see cref="ReasoningKind.Text"/> and <see cref="ReasoningKind.Summary"/>.</summary>
    public string? Text { get; init; }

    /// <summary>The provider's signature under the text; byte for byte.</summary>
    public string? Signature { get; init; }

    /// <summary>What only the provider can read, of kind <see cref="ReasoningKind.Encrypted"/>; byte for byte.</summary>
    public string? Data { get; init; }

    /// <summary>The provider's id of the block; of Gemini's signatures the id of the tool call that they belong to.</summary>
    public string? Id { get; init; }

    /// <summary>Parts of one block (a summary and its encrypted form) share it; null where the caller did not number them.</summary>
    public int? Index { get; init; }

    /// <summary>True for the plain words of an open model: nobody signed or encrypted them, nor are they of a format whose provider does.</summary>
    public bool IsOpen => Kind != ReasoningKind.Encrypted && Signature is null && !ReasoningFormats.IsSealed(Format);
}
