using System.Collections.Immutable;
using Turnpike.Core.Money;

namespace Turnpike.Core.Catalog;

/// <summary>One model at one provider: what it is called there, what it can do there, what it costs there.</summary>
public sealed record Endpoint
{
    /// <summary>Unique: <c>provider:upstream-model</c> plus a variant where one model stands twice.</summary>
    public required string Id { get; init; }

    public required Model Model { get; init; }

    public required Provider Provider { get; init; }

    /// <summary>The name that is sent to the provider.</summary>
    public required string UpstreamModel { get; init; }

    /// <summary>The provider slug with quantization, region or tier: <c>deepinfra/fp8</c>.</summary>
    public required string Tag { get; init; }

    public required PriceSheet Prices { get; init; }

    /// <summary>Tokens of prompt and answer together; null when unknown.</summary>
    public int? ContextLength { get; init; }

    public int? MaxPromptTokens { get; init; }

    public int? MaxCompletionTokens { get; init; }

    /// <summary>int4, int8, fp4, fp6, fp8, fp16, bf16, fp32 …; null when unknown.</summary>
    public string? Quantization { get; init; }

    public ImmutableArray<string> SupportedParameters { get; init; } = [];

    public bool SupportsImplicitCaching { get; init; }

    /// <summary>Whether it goes on with an assistant's message that ends the prompt; null where nobody said: it is not relied on then.</summary>
    public bool? Prefill { get; init; }

    /// <inheritdoc cref="Prefill"/>
    public bool SupportsPrefill => Prefill ?? false;

    /// <summary>Requests a minute that we send here at most; null is no limit of ours.</summary>
    public int? RequestsPerMinuteMax { get; init; }

    /// <summary>The most output tokens that one answer can have, for the hold: its own limit, else its context, else 128 Ki.</summary>
    public int OutputTokensBound => MaxCompletionTokens ?? Model.MaxCompletionTokens ?? ContextLength ?? Model.ContextLength ?? 131_072;
}
