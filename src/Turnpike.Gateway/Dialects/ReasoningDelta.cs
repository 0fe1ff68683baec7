using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects;

/// <summary>A piece of reasoning on its way; spans are insides of JSON strings.</summary>
/// <param name="kind">What <see cref="Text"/> is: readable text, a summary, or data that only the provider can read.</param>
/// <param name="block">Which block of the answer's reasoning, from zero; pieces of one block share it.</param>
/// <param name="format">Who can read signature and data; null where nobody said.</param>
internal readonly ref struct ReasoningDelta(ReasoningKind kind, int block, string? format)
{
    public ReasoningKind Kind { get; } = kind;

    public int Block { get; } = block;

    public string? Format { get; } = format;

    /// <summary>The next piece of text, summary or data; empty where only a signature comes.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>The signature under the block's text; comes once, last.</summary>
    public ReadOnlySpan<byte> Signature { get; init; }

    /// <summary>The provider's id of the block, or of the tool call that a Gemini signature belongs to.</summary>
    public ReadOnlySpan<byte> Id { get; init; }
}
