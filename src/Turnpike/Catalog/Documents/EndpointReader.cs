using Turnpike.Configuration.Documents;
using Turnpike.Core.Catalog;

namespace Turnpike.Catalog.Documents;

/// <summary>Reads an endpoint over what is known of it: what is not given stays.</summary>
internal static class EndpointReader
{
    public const int RequestsPerMinuteMaxMax = 10_000_000;

    private static readonly string[] Quantizations = ["int4", "int8", "fp4", "mxfp4", "nvfp4", "fp6", "fp8", "mxfp8", "fp16", "bf16", "fp32", "unknown"];

    /// <summary>Reads the fields of an endpoint; the caller has read <c>provider</c>, <c>model</c> and <c>upstreamModel</c>, and calls
    /// <see cref="ObjectReader.Done"/>.</summary>
    public static EndpointDraft Read(ObjectReader o, EndpointDraft basis, bool isNew)
    {
        var quantization = o.Choice("quantization", Quantizations);
        var prices = PriceReader.Read(o, new(basis.Prices, basis.PricesFrom), isNew);
        return basis with
        {
            Enabled = o.Flag("enabled") ?? basis.Enabled,
            Dialect = o.Choice("dialect", Dialects.All) ?? basis.Dialect,
            BaseUrl = o.HttpUrl("baseUrl") ?? basis.BaseUrl,
            Prices = prices.Sheet,
            PricesFrom = prices.From,
            TierPrices = PriceReader.Tiers(o, basis.TierPrices),
            Factors = PriceReader.Factors(o, basis.Factors),
            ContextLength = o.Whole("contextLength", 1, ModelReader.TokensMax) ?? basis.ContextLength,
            MaxPromptTokens = o.Whole("maxPromptTokens", 1, ModelReader.TokensMax) ?? basis.MaxPromptTokens,
            MaxCompletionTokens = o.Whole("maxCompletionTokens", 1, ModelReader.TokensMax) ?? basis.MaxCompletionTokens,
            Quantization = quantization is "unknown" ? null : quantization ?? basis.Quantization,
            Tag = (o.Has("tag") ? TagOf(o, basis.Provider) : o.Text("tag")) ?? (quantization is null ? basis.Tag : null),
            Parameters = o.Texts("parameters", ModelReader.ParameterFault) ?? basis.Parameters,
            ImplicitCaching = o.Flag("implicitCaching") ?? basis.ImplicitCaching,
            Prefill = o.Flag("prefill") ?? basis.Prefill,
            JsonSchema = o.Flag("jsonSchema") ?? basis.JsonSchema,
            ReasoningPlace = QuirksReader.ReadPlace(o) ?? basis.ReasoningPlace,
            RequestsPerMinuteMax = o.Whole("requestsPerMinuteMax", 1, RequestsPerMinuteMaxMax) ?? basis.RequestsPerMinuteMax,
        };
    }

    // Apart, so that the many endpoints without a tag make no closure.
    private static string? TagOf(ObjectReader o, string provider) => o.Text("tag", text => TagFault(text, provider));

    private static string? TagFault(string tag, string provider) =>
        (tag == provider || tag.StartsWith(provider + "/", StringComparison.Ordinal)) && tag.Length <= 100
        && tag.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '/' or '.' or '_')
            ? null
            : $"must be {provider} or {provider}/variant in lower case";
}
