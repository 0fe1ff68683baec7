using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>One block of reasoning while a whole answer is gathered.</summary>
internal sealed class ChatWholeReasoning(ReasoningKind kind, int block, string? format)
{
    public ReasoningKind Kind { get; } = kind;

    public int Block { get; } = block;

    public ByteText Text { get; } = new();

    public ByteText Signature { get; } = new();

    public byte[] Id { get; set; } = [];

    public void AppendTo(ref PooledBuffer output) =>
        ChatReasoningText.AppendDetail(ref output, new(Kind, Block, format) { Text = Text.Span, Signature = Signature.Span, Id = Id });
}
