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

    /// <summary>The wire format here: the provider's, but for models that the provider serves in another one.</summary>
    public string Dialect { get => field ?? Provider.Dialect; init; }

    /// <summary>The address here: the provider's, but for models that stand elsewhere.</summary>
    public Uri? BaseUrl { get => field ?? Provider.BaseUrl; init; }

    /// <summary>The provider slug with quantization, region or tier: <c>deepinfra/fp8</c>.</summary>
    public required string Tag { get; init; }

    public required PriceSheet Prices { get; init; }

    /// <summary>Which row of prices <see cref="Prices"/> is, for the record of a generation: the endpoint's id, <c>@</c> and the day from which
    /// the row counts; the id alone where the day is not known.</summary>
    public string PriceRow { get => field ?? Id; init; }

    /// <summary>What other service tiers cost, by the word of <c>service_tier</c>: <c>flex</c>, <c>priority</c>, <c>batch</c>. <see cref="Prices"/>
    /// are those of the standard tier alone.</summary>
    public ImmutableSortedDictionary<string, PriceSheet> TierPrices { get; init; } = ImmutableSortedDictionary<string, PriceSheet>.Empty;

    /// <summary>What is charged for a speed or a place of serving, where it is not the usual.</summary>
    public ModeFactors Factors { get; init; } = ModeFactors.None;

    /// <summary>The prices of a service tier, those of the standard one where it has none of its own, for a way of serving.</summary>
    public PriceSheet PricesOf(string? tier, in ServingMode mode) => PricesOf(tier).Times(Factors.Of(mode));

    /// <summary>The same, of the dearest way of serving that may come of it.</summary>
    public PriceSheet DearestPricesOf(string? tier, in ServingMode asked) => PricesOf(tier).Times(Factors.Bound(asked));

    private PriceSheet PricesOf(string? tier) => tier is not null && TierPrices.TryGetValue(tier, out var own) ? own : Prices;

    /// <summary>Tokens of prompt and answer together; null when unknown.</summary>
    public int? ContextLength { get; init; }

    public int? MaxPromptTokens { get; init; }

    public int? MaxCompletionTokens { get; init; }

    /// <summary>int4, int8, fp4, mxfp4, nvfp4, fp6, fp8, mxfp8, fp16, bf16, fp32; null when unknown.</summary>
    public string? Quantization { get; init; }

    public ImmutableArray<string> SupportedParameters
    {
        get;
        init
        {
            field = value;
            Parameters = RequestParameterNames.Of(value);
            Unsupported = value.IsDefaultOrEmpty ? RequestParameters.None : RequestParameterNames.RefusedWithout(Parameters);
        }
    } = [];

    /// <summary><see cref="SupportedParameters"/> as flags; parameters that are not among them are not here.</summary>
    public RequestParameters Parameters { get; private init; }

    /// <summary>Parameters that are not sent here: <see cref="SupportedParameters"/> is known and does not name them. None where it is not known.</summary>
    public RequestParameters Unsupported { get; private init; }

    /// <summary>The service tier that this endpoint is, by the end of its tag (<c>openai/priority</c>); null for an ordinary one.</summary>
    public string? Tier => ServiceTiers.OfTag(Tag);

    public bool SupportsImplicitCaching { get; init; }

    /// <summary>Whether a trailing assistant message is continued; null for what the provider's quirks say.</summary>
    public bool? Prefill { get; init; }

    /// <inheritdoc cref="Prefill"/>
    public bool SupportsPrefill => Prefill ?? Provider.Quirks.PrefillForm != PrefillForm.None;

    /// <summary>Whether an answer can be bound to a JSON schema; null for what its dialect and the provider's quirks say.</summary>
    public bool? JsonSchema { get; init; }

    /// <summary>Where reasoning stands in the answers of this model; null for what the provider's quirks say.</summary>
    public ReasoningPlace? ReasoningPlace { get; init; }

    /// <summary>True where the content may begin with a thought between tags.</summary>
    public bool ThinksInTags => (ReasoningPlace ?? Provider.Quirks.ReasoningPlace) == Catalog.ReasoningPlace.ThinkTags;

    /// <summary>Requests a minute that we send here at most; null is no limit of ours.</summary>
    public int? RequestsPerMinuteMax { get; init; }

    /// <summary>The most output tokens that one answer can have, for the hold: its own limit, else its context, else 128 Ki.</summary>
    public int OutputTokensBound => MaxCompletionTokens ?? Model.MaxCompletionTokens ?? ContextLength ?? Model.ContextLength ?? 131_072;
}
