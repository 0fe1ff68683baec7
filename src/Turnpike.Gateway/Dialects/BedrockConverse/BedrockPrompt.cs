using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>A request's messages in the order that Bedrock wants, which is Anthropic's, without what only Anthropic itself can read.</summary>
internal static class BedrockPrompt
{
    public static AnthropicPrompt Of(NeutralRequest request, BedrockModel model, DroppedParameters dropped)
    {
        var messages = SpokenParts.Of(request.Messages).ConvertAll(m => m with { Parts = m.Parts.FindAll(p => IsSaid(p, model, dropped)) });
        var prompt = AnthropicPrompt.Of(request with { Messages = messages }, dropped);
        foreach (var turn in prompt.Turns)
        {
            // A document must have words beside it.
            if (turn.Blocks.Exists(static b => b.Part is MediaPart { Kind: MediaKind.Document }) && !turn.Blocks.Exists(static b => b.Part is TextPart))
            {
                turn.Blocks.Add(new(AnthropicPrompt.Opening));
            }
        }

        return prompt;
    }

    private static bool IsSaid(Part part, BedrockModel model, DroppedParameters dropped)
    {
        dropped.AddIf(part is RawPart, "messages.content");
        return part is not RawPart && (part is not ReasoningPart || model.ReasoningFormat is not null);
    }
}
