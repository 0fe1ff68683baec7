using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIResponses;

internal enum ResponsesPartKind
{
    Text,
    Refusal,
    Summary,
    Thought,
}

/// <summary>One text of an output item.</summary>
/// <param name="index">Its <c>content_index</c> or <c>summary_index</c>.</param>
/// <param name="block">The block of reasoning that it is; zero elsewhere.</param>
internal sealed class ResponsesPart(ResponsesPartKind kind, int index, int block)
{
    public ResponsesPartKind Kind { get; } = kind;

    public int Index { get; } = index;

    public int Block { get; } = block;

    /// <summary>Inside of a JSON string.</summary>
    public ByteText Text { get; } = new();

    /// <summary>Annotations, JSON objects with commas between.</summary>
    public ByteText Annotations { get; } = new();

    public int AnnotationCount { get; set; }

    /// <summary>Probabilities of the text's tokens, JSON objects with commas between.</summary>
    public ByteText Logprobs { get; } = new();

    public bool IsDone { get; set; }
}
