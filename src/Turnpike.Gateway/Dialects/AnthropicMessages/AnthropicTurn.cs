using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>A part on its way into a turn, with the mark that it will carry.</summary>
internal sealed class AnthropicBlock(Part part)
{
    public Part Part { get; } = part;

    public CacheMark? Mark { get; set; } = part.Cache;

    /// <summary>Thoughts cannot be marked.</summary>
    public bool TakesMark => Part is not (ReasoningPart or RawPart);
}

/// <summary>What one side says until the other does: messages of one role are one turn.</summary>
internal sealed record AnthropicTurn(bool IsAssistant, List<AnthropicBlock> Blocks);
