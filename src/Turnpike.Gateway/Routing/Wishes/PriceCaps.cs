using Turnpike.Core.Money;

namespace Turnpike.Gateway.Routing.Wishes;

/// <summary>The dearest prices that are accepted: per million tokens (prompt, completion, audio), per request, per image.</summary>
internal readonly record struct PriceCaps(NanoUsd? Prompt, NanoUsd? Completion, NanoUsd? Request, NanoUsd? Image, NanoUsd? Audio)
{
    /// <summary>The price that is above its cap, by its field; null when none is. Prices that a prompt of this length may reach count.</summary>
    public string? Exceeded(PriceSheet sheet, long promptTokensBound)
    {
        if (Field(sheet) is { } field)
        {
            return field;
        }

        foreach (var tier in sheet.Tiers)
        {
            if (promptTokensBound > tier.MinPromptTokens && Field(tier.Prices) is { } dearer)
            {
                return dearer;
            }
        }

        return null;
    }

    private string? Field(PriceSheet prices) =>
        prices.Prompt > Prompt ? "prompt"
        : prices.Completion > Completion ? "completion"
        : prices.Request > Request ? "request"
        : prices.Image > Image ? "image"
        : (prices.Audio ?? prices.Prompt) > Audio ? "audio"
        : null;
}
