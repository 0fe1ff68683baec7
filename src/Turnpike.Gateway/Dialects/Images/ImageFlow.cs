using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Settlement;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Images on their way to the caller. All of them or none: one that is no image spoils the answer, which another endpoint may better.</summary>
internal sealed class ImageFlow(AnswerContext context, IImageKeeper? keeper) : ParsedFlow(context)
{
    private readonly ImageAnswer _answer = new(context, keeper);

    public override string ContentType => _answer.ContentType;

    public override void AppendWholeEnd(in Settled settled) => _answer.AppendTo(ref Output, settled);

    protected override bool TryTake(JsonElement root)
    {
        if (!root.TryMember("data", out var entries) || entries.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var entry in entries.EnumerateArray().Take(_answer.Wish.Count))
        {
            if (MadeImage.Read(entry) is not { } image)
            {
                return false;
            }

            _answer.Images.Add(image);
        }

        Facts.HasContent = _answer.Images.Count > 0;
        Facts.Images = _answer.Images.Count;
        Counted = new WorkUnits { Images = _answer.Images.Count };
        Facts.Usage = root.TryMember("usage", out var usage) && OperationUsage.Read(usage) is { } read ? Apart(read) : null;
        return true;
    }

    // Where images were given and their tokens are not told apart, they are what the text does not come to.
    private TokenUsage Apart(in TokenUsage usage)
    {
        var byRule = _answer.Wish.UsageByRule;
        return usage.PromptImageTokens is null && byRule.PromptImageTokens is > 0 and var images
            ? usage with { PromptImageTokens = Math.Max(0, usage.PromptTokens - (byRule.PromptTokens - images)) }
            : usage;
    }
}
