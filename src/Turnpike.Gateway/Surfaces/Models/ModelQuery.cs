using System.Collections.Immutable;
using System.Globalization;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>What a caller asks of the list of models: which ones, in which order, which page.</summary>
/// <remarks>Parameters that are not known here change nothing, like <c>category</c>, for which the catalogue has no figures.</remarks>
internal sealed record ModelQuery
{
    private const int LimitDefault = 500;
    private const int LimitMax = 1000;

    public int Offset { get; private init; }

    /// <summary>Null when neither offset nor limit was given: the whole list.</summary>
    public int? Limit { get; private init; }

    public ImmutableArray<string> SupportedParameters { get; private init; } = [];

    public ImmutableArray<string> InputModalities { get; private init; } = [];

    /// <summary>Any of these; empty is all.</summary>
    public ImmutableArray<string> OutputModalities { get; private init; } = ["text"];

    public ImmutableArray<string> Authors { get; private init; } = [];

    public ImmutableArray<string> Providers { get; private init; } = [];

    public string? Text { get; private init; }

    public int? ContextMin { get; private init; }

    /// <summary>Prompt prices in dollars per million tokens.</summary>
    public decimal? PriceMin { get; private init; }

    public decimal? PriceMax { get; private init; }

    public string? Sort { get; private init; }

    /// <summary>Reads the query; null with an error that names the parameter when a number is none or out of its range.</summary>
    public static ModelQuery? Read(IQueryCollection query, out GatewayError? error)
    {
        var reader = new Reader(query);
        var offset = reader.Integer("offset", 0, int.MaxValue);
        var limit = reader.Integer("limit", 1, LimitMax);
        var result = new ModelQuery
        {
            Offset = offset ?? 0,
            Limit = offset is null && limit is null ? null : limit ?? LimitDefault,
            SupportedParameters = reader.List("supported_parameters"),
            InputModalities = reader.List("input_modalities"),
            OutputModalities = reader.List("output_modalities") switch
            {
                [] => ["text"],
                var list when list.Contains("all", StringComparer.OrdinalIgnoreCase) => [],
                var list => list,
            },
            Authors = reader.List("model_authors"),
            Providers = reader.List("providers"),
            Text = reader.Text("q"),
            ContextMin = reader.Integer("context", 1, int.MaxValue),
            PriceMin = reader.Number("min_price"),
            PriceMax = reader.Number("max_price"),
            Sort = reader.Text("sort"),
        };
        error = reader.Error;
        return error is null ? result : null;
    }

    public bool Matches(ModelEntry entry)
    {
        var model = entry.Model;
        return (OutputModalities.IsEmpty || OutputModalities.Any(m => Has(model.OutputModalities, m)))
            && InputModalities.All(m => Has(model.InputModalities, m))
            && (Text is null || model.Id.Contains(Text, StringComparison.OrdinalIgnoreCase)
                || model.Name.Contains(Text, StringComparison.OrdinalIgnoreCase))
            && (ContextMin is null || ModelJson.ContextLength(entry) >= ContextMin)
            && (Authors.IsEmpty || Authors.Any(a => model.Id.StartsWith(a + "/", StringComparison.OrdinalIgnoreCase)))
            && (Providers.IsEmpty || entry.Endpoints.Any(e => Has(Providers, e.Provider.Id) || Has(Providers, e.Provider.Name)))
            && (SupportedParameters.IsEmpty || SupportedParameters.All(ModelJson.SupportedParameters(entry).Contains))
            && HasPrice(entry);
    }

    /// <summary>The models in the order asked for; the catalogue's where it is not known or no figures are kept for it.</summary>
    public IEnumerable<RenderedModel> InOrder(IEnumerable<RenderedModel> models) => Sort switch
    {
        "newest" => models.OrderByDescending(static m => m.Entry.Model.Created),
        "context-high-to-low" => models.OrderByDescending(static m => ModelJson.ContextLength(m.Entry) ?? 0),
        "pricing-low-to-high" => models.OrderBy(static m => Price(m.Entry)),
        "pricing-high-to-low" => models.OrderByDescending(static m => Price(m.Entry)),
        _ => models,
    };

    private bool HasPrice(ModelEntry entry)
    {
        if (PriceMin is null && PriceMax is null)
        {
            return true;
        }

        var price = ModelJson.Cheapest(entry).Prices.Prompt.ToUsd();
        return !(price < PriceMin) && !(price > PriceMax);
    }

    private static decimal Price(ModelEntry entry)
    {
        var prices = ModelJson.Cheapest(entry).Prices;
        return prices.Prompt.ToUsd() + prices.Completion.ToUsd();
    }

    private static bool Has(ImmutableArray<string> values, string value) => values.Contains(value, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads parameters and keeps the first fault.</summary>
    private sealed class Reader(IQueryCollection query)
    {
        public GatewayError? Error { get; private set; }

        public string? Text(string name) => query[name] is [{ Length: > 0 } value, ..] ? value : null;

        public ImmutableArray<string> List(string name) =>
            [.. query[name].SelectMany(static v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

        public int? Integer(string name, int min, int max)
        {
            if (Text(name) is not { } text)
            {
                return null;
            }

            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            {
                return value;
            }

            Error ??= GatewayErrors.InvalidField(name, max == int.MaxValue
                ? string.Create(CultureInfo.InvariantCulture, $"must be a whole number of at least {min}.")
                : string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}."));
            return null;
        }

        public decimal? Number(string name)
        {
            if (Text(name) is not { } text)
            {
                return null;
            }

            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value))
            {
                return value;
            }

            Error ??= GatewayErrors.InvalidField(name, "must be a number of at least 0.");
            return null;
        }
    }
}
