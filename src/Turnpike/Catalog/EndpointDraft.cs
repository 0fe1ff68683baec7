using System.Collections.Immutable;
using System.Globalization;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Catalog;

/// <summary>An endpoint while the catalogue is put together: it names its provider and model, which may still change.</summary>
internal sealed record EndpointDraft
{
    public required string Provider { get; init; }

    public required string Model { get; init; }

    public required string UpstreamModel { get; init; }

    /// <summary>Null for one made of the provider and the upstream name.</summary>
    public string? Id { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>Null for the provider's id with the quantization.</summary>
    public string? Tag { get; init; }

    /// <summary>Null for the provider's.</summary>
    public string? Dialect { get; init; }

    /// <summary>Null for the provider's.</summary>
    public Uri? BaseUrl { get; init; }

    public PriceSheet Prices { get; init; } = PriceSheet.Free;

    /// <summary>The day from which <see cref="Prices"/> count; null when nobody says.</summary>
    public DateOnly? PricesFrom { get; init; }

    public ImmutableSortedDictionary<string, PriceSheet> TierPrices { get; init; } = ImmutableSortedDictionary<string, PriceSheet>.Empty;

    public ModeFactors Factors { get; init; } = ModeFactors.None;

    public int? ContextLength { get; init; }

    public int? MaxPromptTokens { get; init; }

    public int? MaxCompletionTokens { get; init; }

    public string? Quantization { get; init; }

    /// <summary>Null for those of the model.</summary>
    public ImmutableArray<string>? Parameters { get; init; }

    public bool ImplicitCaching { get; init; }

    /// <summary>Null for what the provider's quirks say.</summary>
    public bool? Prefill { get; init; }

    /// <summary>Null for what the dialect and the provider's quirks say.</summary>
    public bool? JsonSchema { get; init; }

    /// <summary>Null for what the provider's quirks say.</summary>
    public ReasoningPlace? ReasoningPlace { get; init; }

    public int? RequestsPerMinuteMax { get; init; }

    public static EndpointDraft Of(Endpoint endpoint) => new()
    {
        Id = endpoint.Id,
        Provider = endpoint.Provider.Id,
        Model = endpoint.Model.Id,
        UpstreamModel = endpoint.UpstreamModel,
        Tag = endpoint.Tag,
        Prices = endpoint.Prices,
        TierPrices = endpoint.TierPrices,
        Factors = endpoint.Factors,
        ContextLength = endpoint.ContextLength,
        MaxPromptTokens = endpoint.MaxPromptTokens,
        MaxCompletionTokens = endpoint.MaxCompletionTokens,
        Quantization = endpoint.Quantization,
        Parameters = endpoint.SupportedParameters,
        ImplicitCaching = endpoint.SupportsImplicitCaching,
        Prefill = endpoint.Prefill,
        JsonSchema = endpoint.JsonSchema,
        ReasoningPlace = endpoint.ReasoningPlace,
        RequestsPerMinuteMax = endpoint.RequestsPerMinuteMax,
    };

    public Endpoint ToEndpoint(string id, Provider provider, Model model) => new()
    {
        Id = id,
        Provider = provider,
        Model = model,
        UpstreamModel = UpstreamModel,
        Tag = Tag ?? (Quantization is null ? Provider : $"{Provider}/{Quantization}"),
        Dialect = Dialect!, // Null is the provider's.
        BaseUrl = BaseUrl,
        Prices = Prices,
        PriceRow = PricesFrom is { } day ? string.Create(CultureInfo.InvariantCulture, $"{id}@{day:yyyy-MM-dd}") : id,
        TierPrices = TierPrices,
        Factors = Factors,
        ContextLength = ContextLength,
        MaxPromptTokens = MaxPromptTokens,
        MaxCompletionTokens = MaxCompletionTokens,
        Quantization = Quantization,
        SupportedParameters = Parameters ?? model.SupportedParameters,
        SupportsImplicitCaching = ImplicitCaching,
        Prefill = Prefill,
        JsonSchema = JsonSchema,
        ReasoningPlace = ReasoningPlace,
        RequestsPerMinuteMax = RequestsPerMinuteMax,
    };
}
