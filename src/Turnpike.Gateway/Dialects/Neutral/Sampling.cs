namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>How tokens are drawn. A null was not said.</summary>
internal sealed record Sampling
{
    /// <summary>Nothing was said.</summary>
    public static Sampling Unsaid { get; } = new();

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public double? MinP { get; init; }

    public double? TopA { get; init; }

    public long? TopK { get; init; }

    public double? FrequencyPenalty { get; init; }

    public double? PresencePenalty { get; init; }

    public double? RepetitionPenalty { get; init; }

    public long? Seed { get; init; }

    public bool? Logprobs { get; init; }

    public long? TopLogprobs { get; init; }

    /// <summary>OpenAI's <c>logit_bias</c> object, raw: token ids are of one tokenizer, so no other dialect can say it.</summary>
    public ReadOnlyMemory<byte> LogitBias { get; init; }
}
