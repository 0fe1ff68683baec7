using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>A request's messages in the order that Anthropic wants: the system's words first, then turns of user and assistant by turns, the first the
/// user's; results of tools at the head of their turn; nothing empty.</summary>
internal sealed class AnthropicPrompt
{
    /// <summary>What the user says where it says nothing: a prompt without a turn of the user at its head is refused.</summary>
    public static readonly TextPart Opening = new(".");

    public List<AnthropicBlock> System { get; } = [];

    public List<AnthropicTurn> Turns { get; } = [];

    /// <summary>The answer is begun by the caller.</summary>
    public bool IsPrefilled => Turns is [.., { IsAssistant: true }];

    public static AnthropicPrompt Of(NeutralRequest request, DroppedParameters dropped)
    {
        var prompt = new AnthropicPrompt();
        var isHead = true;
        foreach (var message in ShownMedia.Moved(request.Messages, ofTools: false))
        {
            isHead &= message.Role is Role.System or Role.Developer;
            var blocks = message.Parts.Where(p => IsSaid(p, dropped)).Select(static p => new AnthropicBlock(p));
            if (isHead)
            {
                prompt.System.AddRange(blocks.Where(static b => b.Part is TextPart));
            }
            else
            {
                prompt.Add(message.Role == Role.Assistant, [.. blocks]);
            }
        }

        prompt.Open();
        if (prompt.IsPrefilled && request.Messages is [.., { Role: not Role.Assistant }])
        {
            prompt.Turns.Add(new(IsAssistant: false, [new(Opening)])); // what the user said last is blank; the answer is not to be gone on with
        }

        return prompt;
    }

    private void Add(bool isAssistant, List<AnthropicBlock> blocks)
    {
        if (blocks.Count == 0)
        {
            return;
        }

        if (Turns is not [.., var last] || last.IsAssistant != isAssistant)
        {
            Turns.Add(new(isAssistant, blocks));
            return;
        }

        var results = last.Blocks.FindLastIndex(static b => b.Part is ToolResultPart) + 1;
        last.Blocks.InsertRange(results, blocks.Where(static b => b.Part is ToolResultPart));
        last.Blocks.AddRange(blocks.Where(static b => b.Part is not ToolResultPart));
    }

    private void Open()
    {
        if (Turns.Count == 0 && System.Count > 0)
        {
            Turns.Add(new(IsAssistant: false, [.. System]));
            System.Clear();
        }
        else if (Turns is [] or [{ IsAssistant: true }, ..])
        {
            Turns.Insert(0, new(IsAssistant: false, [new(Opening)]));
        }
    }

    private static bool IsSaid(Part part, DroppedParameters dropped)
    {
        switch (part)
        {
            case TextPart text:
                return !text.IsBlank;
            case RefusalPart refusal:
                return !string.IsNullOrWhiteSpace(refusal.Text);
            case ReasoningPart reasoning:
                // Thoughts of other models, and unsigned ones, are refused.
                return reasoning.Format == ReasoningFormats.Anthropic && (reasoning.Kind == ReasoningKind.Encrypted ? reasoning.Data : reasoning.Signature) is { Length: > 0 };
            case RawPart raw when raw.Dialect != Core.Catalog.Dialects.AnthropicMessages:
                dropped.Add("messages.content");
                return false;
            default:
                return true;
        }
    }
}
