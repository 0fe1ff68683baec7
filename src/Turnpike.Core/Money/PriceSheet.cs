using System.Collections.Immutable;

namespace Turnpike.Core.Money;

/// <summary>What an endpoint charges. Token prices are NanoUsd per million tokens; <see cref="Request"/> is NanoUsd per
/// request and <see cref="Image"/> NanoUsd per input image.</summary>
/// <remarks>A null price inherits: cache read, cache write, audio and images' tokens from <see cref="Prompt"/>, reasoning and audio output from
/// <see cref="Completion"/>; null <see cref="Request"/> and <see cref="Image"/> are no charge of that kind.</remarks>
public sealed record PriceSheet
{
    public static PriceSheet Free { get; } = new();

    public NanoUsd Prompt { get; init; }

    public NanoUsd Completion { get; init; }

    public NanoUsd? CacheRead { get; init; }

    public NanoUsd? CacheWrite { get; init; }

    /// <summary>For writes that are kept an hour; null for <see cref="CacheWrite"/>.</summary>
    public NanoUsd? CacheWriteHour { get; init; }

    public NanoUsd? Reasoning { get; init; }

    public NanoUsd? Audio { get; init; }

    public NanoUsd? AudioOutput { get; init; }

    /// <summary>For tokens of images in the prompt; null for <see cref="Prompt"/>.</summary>
    public NanoUsd? ImageTokens { get; init; }

    /// <summary>For tokens of images that a model puts out beside its text; null for <see cref="Completion"/>.</summary>
    public NanoUsd? ImageOutputTokens { get; init; }

    public NanoUsd? Image { get; init; }

    public NanoUsd? Request { get; init; }

    /// <summary>For each search of the web that the provider makes; null is no charge of that kind.</summary>
    public NanoUsd? WebSearch { get; init; }

    /// <summary>For each image made; null where images are charged by tokens, or not at all.</summary>
    public NanoUsd? ImageOutput { get; init; }

    /// <summary>For a million characters spoken; null is no charge of that kind.</summary>
    public NanoUsd? Characters { get; init; }

    /// <summary>For each search unit of a reranking; null is no charge of that kind.</summary>
    public NanoUsd? SearchUnit { get; init; }

    /// <summary>For an hour of audio written down; null is no charge of that kind.</summary>
    public NanoUsd? AudioHour { get; init; }

    /// <summary>Other prices from a prompt length on, ascending by <see cref="PriceTier.MinPromptTokens"/>; the last that applies wins.</summary>
    public ImmutableArray<PriceTier> Tiers { get; init; } = [];

    /// <summary>True when nothing is ever charged.</summary>
    public bool IsFree => Prompt.IsZero && Completion.IsZero && Nothing(CacheRead) && Nothing(CacheWrite) && Nothing(CacheWriteHour) && Nothing(Reasoning)
        && Nothing(Audio) && Nothing(AudioOutput) && Nothing(ImageTokens) && Nothing(ImageOutputTokens) && Nothing(Image) && Nothing(Request) && Nothing(WebSearch)
        && Nothing(ImageOutput) && Nothing(Characters) && Nothing(SearchUnit) && Nothing(AudioHour) && Tiers.All(static t => t.Prices.IsFree);

    /// <summary>The sheet with a factor on the prices of tokens; what is charged by count stays.</summary>
    public PriceSheet Times(decimal factor) => factor == 1 ? this : this with
    {
        Prompt = Prompt * factor,
        Completion = Completion * factor,
        CacheRead = CacheRead * factor,
        CacheWrite = CacheWrite * factor,
        CacheWriteHour = CacheWriteHour * factor,
        Reasoning = Reasoning * factor,
        Audio = Audio * factor,
        AudioOutput = AudioOutput * factor,
        ImageTokens = ImageTokens * factor,
        ImageOutputTokens = ImageOutputTokens * factor,
        Tiers = [.. Tiers.Select(t => t with { Prices = t.Prices.Times(factor) })],
    };

    private static bool Nothing(NanoUsd? price) => price is null or { IsZero: true };

    /// <summary>The prices in force for a prompt of this length (tokens).</summary>
    public PriceSheet At(long promptTokens)
    {
        var sheet = this;
        foreach (var tier in Tiers)
        {
            if (promptTokens > tier.MinPromptTokens)
            {
                sheet = tier.Prices;
            }
        }

        return sheet;
    }
}

/// <summary>The whole sheet that replaces the base prices when the prompt has more than <paramref name="MinPromptTokens"/> tokens.</summary>
public sealed record PriceTier(long MinPromptTokens, PriceSheet Prices);
