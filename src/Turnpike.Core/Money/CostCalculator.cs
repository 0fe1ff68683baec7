using Turnpike.Core.Inference;

namespace Turnpike.Core.Money;

/// <summary>Prices a usage. The only place that multiplies tokens by prices, and the only one that rounds.</summary>
public static class CostCalculator
{
    private const long TokensPerPrice = 1_000_000;
    private const long MillisecondsAnHour = 3_600_000;

    /// <summary>The cost of a usage. Half a nano-dollar rounds up.</summary>
    /// <remarks>Subsets (cached, written, audio, reasoning, images) are priced at their own price and the rest at the base price. A provider
    /// that reports a subset larger than its whole is not trusted to lower the rest below zero.</remarks>
    public static Cost Of(PriceSheet sheet, in TokenUsage usage, int images = 0, in WorkUnits units = default)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        var prices = sheet.At(usage.PromptTokens);
        long cached = usage.CachedTokens ?? 0;
        long written = usage.CacheWriteTokens ?? 0;
        var hour = Math.Min(written, usage.CacheWriteHourTokens ?? 0);
        long audio = usage.PromptAudioTokens ?? 0;
        long given = usage.PromptImageTokens ?? 0;
        long plain = Math.Max(0, usage.PromptTokens - cached - written - audio - given);
        var prompt = Parts(plain, prices.Prompt)
            + Parts(cached, prices.CacheRead ?? prices.Prompt)
            + Parts(written - hour, prices.CacheWrite ?? prices.Prompt)
            + Parts(hour, prices.CacheWriteHour ?? prices.CacheWrite ?? prices.Prompt)
            + Parts(audio, prices.Audio ?? prices.Prompt)
            + Parts(given, prices.ImageTokens ?? prices.Prompt)
            + Whole(prices.Request, 1)
            + Whole(prices.Image, images);

        long reasoning = usage.ReasoningTokens ?? 0;
        long audioOut = usage.CompletionAudioTokens ?? 0;
        long image = usage.CompletionImageTokens ?? 0;
        long text = Math.Max(0, usage.CompletionTokens - reasoning - audioOut - image);
        var completion = Parts(text, prices.Completion)
            + Parts(reasoning, prices.Reasoning ?? prices.Completion)
            + Parts(audioOut, prices.AudioOutput ?? prices.Completion)
            + Parts(image, prices.ImageOutputTokens ?? prices.Completion)
            + Counted(prices, usage.WebSearches is { } searches ? units with { WebSearches = searches } : units);

        var total = Round(prompt + completion);
        var promptRounded = NanoUsd.Min(Round(prompt), total);
        return new(total, promptRounded, total - promptRounded);
    }

    /// <summary>What the provider's prompt cache saved: the cost without it less the cost with it. Below zero where writing to it cost more.</summary>
    public static NanoUsd CacheDiscount(PriceSheet sheet, in TokenUsage usage) =>
        Of(sheet, usage with { CachedTokens = null, CacheWriteTokens = null, CacheWriteHourTokens = null }).Total - Of(sheet, usage).Total;

    /// <summary>The most that a request can cost at one endpoint: the dearest tier and, of the prompt prices, the dearest that any
    /// token of the prompt can be charged at. Audio and images are left out where the request carries none.</summary>
    public static NanoUsd WorstCase(
        PriceSheet sheet, long promptTokensMax, long completionTokensMax, int images, bool audio, in WorkUnits units = default)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        var worst = WorstOfSheet(sheet, promptTokensMax, completionTokensMax, images, audio, units);
        foreach (var tier in sheet.Tiers)
        {
            if (promptTokensMax > tier.MinPromptTokens)
            {
                worst = NanoUsd.Max(worst, WorstOfSheet(tier.Prices, promptTokensMax, completionTokensMax, images, audio, units));
            }
        }

        return worst;
    }

    /// <summary>How many output tokens an amount affords at the dearest price that they can be charged at; of audio only where the request
    /// asks for it.</summary>
    public static long CompletionTokensFor(PriceSheet sheet, NanoUsd amount, long promptTokensMax, bool audio)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        var price = DearestCompletion(sheet, audio);
        foreach (var tier in sheet.Tiers)
        {
            if (promptTokensMax > tier.MinPromptTokens)
            {
                price = NanoUsd.Max(price, DearestCompletion(tier.Prices, audio));
            }
        }

        return price.IsZero ? long.MaxValue : amount.IsNegative ? 0 : (long)Int128.Min(long.MaxValue, (Int128)amount.Value * TokensPerPrice / price.Value);
    }

    private static NanoUsd WorstOfSheet(PriceSheet prices, long prompt, long completion, int images, bool audio, in WorkUnits units)
    {
        var dearest = NanoUsd.Max(prices.Prompt, NanoUsd.Max(prices.CacheRead ?? default, NanoUsd.Max(prices.CacheWrite ?? default, prices.CacheWriteHour ?? default)));
        if (audio)
        {
            dearest = NanoUsd.Max(dearest, prices.Audio ?? default);
        }

        if (images > 0)
        {
            dearest = NanoUsd.Max(dearest, prices.ImageTokens ?? default);
        }

        return RoundUp(Parts(prompt, dearest) + Parts(completion, DearestCompletion(prices, audio))
            + Whole(prices.Request, 1) + Whole(prices.Image, images) + Counted(prices, units));
    }

    private static NanoUsd DearestCompletion(PriceSheet prices, bool audio)
    {
        var price = NanoUsd.Max(prices.Completion, NanoUsd.Max(prices.Reasoning ?? default, prices.ImageOutputTokens ?? default));
        return audio ? NanoUsd.Max(price, prices.AudioOutput ?? default) : price;
    }

    // Amounts below are millionths of a nano-dollar, so that nothing is lost before the one rounding.
    private static Int128 Parts(long tokens, NanoUsd perMillion) => (Int128)tokens * perMillion.Value;

    private static Int128 Counted(PriceSheet prices, in WorkUnits units) =>
        Whole(prices.ImageOutput, units.Images)
        + Parts(units.Characters, prices.Characters ?? default)
        + Whole(prices.SearchUnit, units.SearchUnits)
        + Whole(prices.WebSearch, units.WebSearches)
        + ((Int128)units.AudioMilliseconds * (prices.AudioHour ?? default).Value * TokensPerPrice / MillisecondsAnHour);

    private static Int128 Whole(NanoUsd? price, int count) => price is { } p ? (Int128)p.Value * count * TokensPerPrice : 0;

    private static NanoUsd Round(Int128 parts) => new(checked((long)((parts + (TokensPerPrice / 2)) / TokensPerPrice)));

    private static NanoUsd RoundUp(Int128 parts) => new(checked((long)((parts + TokensPerPrice - 1) / TokensPerPrice)));
}
