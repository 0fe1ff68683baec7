using System.Collections.Immutable;
using System.Globalization;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>What a caller asks of the list of models: which ones, in which order, which page.</summary>
/// <remarks>Parameters that are not known here change nothing.</remarks>
internal sealed record ModelQuery
{
    private const int LimitDefault = 500;
    private const int LimitMax = 1000;

    /// <summary>A century: no model is older.</summary>
    private const int DaysMax = 36_500;

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

    /// <summary>The same of completion prices.</summary>
    public decimal? OutputPriceMin { get; private init; }

    public decimal? OutputPriceMax { get; private init; }

    /// <summary>Architectures, as the tokenizer names them: <c>Claude</c>, <c>Llama3</c>, or the beginning of one. Any of these; empty is all.</summary>
    public ImmutableArray<string> Architectures { get; private init; } = [];

    public bool? Distillable { get; private init; }

    /// <summary>True for models with an endpoint that keeps nothing.</summary>
    public bool ZeroRetention { get; private init; }

    /// <summary><c>eu</c> or <c>us</c>: models with an endpoint of a provider that names datacenters only there.</summary>
    public string? Region { get; private init; }

    public DateTimeOffset? CreatedFrom { get; private init; }

    public DateTimeOffset? CreatedUntil { get; private init; }

    /// <summary>Figures of benchmarks (<see cref="ModelFigures"/>). Models that have none are in no bounds.</summary>
    public FigureBounds Intelligence { get; private init; }

    public FigureBounds Coding { get; private init; }

    public FigureBounds Agentic { get; private init; }

    /// <summary>A share, from 0 to 1.</summary>
    public FigureBounds ToolSuccess { get; private init; }

    /// <summary>One of <see cref="ModelCategories"/>: models that are made for conversation.</summary>
    public string? Category { get; private init; }

    /// <summary>True when the list is wanted as a feed.</summary>
    public bool Rss { get; private init; }

    /// <summary>One of <see cref="ModelOrder.Words"/>; null for the catalogue's order.</summary>
    public string? Sort { get; private init; }

    /// <summary>Reads the query; null with an error that names the parameter when a value is none or out of its range.</summary>
    /// <param name="now">What the ages of models are counted from.</param>
    public static ModelQuery? Read(IQueryCollection query, DateTimeOffset now, out GatewayError? error)
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
            OutputPriceMin = reader.Number("min_output_price"),
            OutputPriceMax = reader.Number("max_output_price"),
            Architectures = reader.List("arch"),
            Distillable = reader.Flag("distillable"),
            ZeroRetention = reader.Flag("zdr") is true,
            Region = reader.Word("region", ["eu", "us"]),
            CreatedFrom = reader.Integer("max_age_days", 0, DaysMax) is { } oldest ? now.AddDays(-oldest) : null,
            CreatedUntil = reader.Integer("min_age_days", 0, DaysMax) is { } youngest ? now.AddDays(-youngest) : null,
            Intelligence = reader.Bounds("intelligence_index"),
            Coding = reader.Bounds("coding_index"),
            Agentic = reader.Bounds("agentic_index"),
            ToolSuccess = reader.Bounds("tool_success_rate", max: 1),
            Category = reader.Word("category", [.. ModelCategories.Words]),
            Rss = reader.Flag("use_rss") is true,
            Sort = reader.Word("sort", [.. ModelOrder.Words]),
        };
        error = reader.Error;
        return error is null ? result : null;
    }

    public bool Matches(ModelEntry entry, ModelFigures figures)
    {
        var model = entry.Model;
        return (OutputModalities.IsEmpty || OutputModalities.Any(m => Has(model.OutputModalities, m)))
            && InputModalities.All(m => Has(model.InputModalities, m))
            && (Text is null || model.Id.Contains(Text, StringComparison.OrdinalIgnoreCase)
                || model.Name.Contains(Text, StringComparison.OrdinalIgnoreCase))
            && (ContextMin is null || entry.ContextLength >= ContextMin)
            && (Authors.IsEmpty || Authors.Any(a => model.Id.StartsWith(a + "/", StringComparison.OrdinalIgnoreCase)))
            && (Providers.IsEmpty || entry.Endpoints.Any(e => Has(Providers, e.Provider.Id) || Has(Providers, e.Provider.Name)))
            && (SupportedParameters.IsEmpty || SupportedParameters.All(entry.SupportedParameters.Contains))
            && (Architectures.IsEmpty || Architectures.Any(a => model.Tokenizer?.StartsWith(a, StringComparison.OrdinalIgnoreCase) is true))
            && (Distillable is null || model.Distillable is true == Distillable)
            && !(model.Created < CreatedFrom) && !(model.Created > CreatedUntil)
            && (!ZeroRetention || entry.Endpoints.Any(static e => e.Provider.DataPolicy.KeepsNothing))
            && (Region is null || entry.Endpoints.Any(e => Regions.Has(Region, e.Provider)))
            && (Category is null || figures.IsForChat(model))
            && Intelligence.Hold(figures.Intelligence(entry)) && Coding.Hold(figures.Coding(entry)) && Agentic.Hold(figures.Agentic(entry))
            && ToolSuccess.Hold(figures.ToolSuccess(entry))
            && HasPrice(entry);
    }

    private bool HasPrice(ModelEntry entry)
    {
        if (PriceMin is null && PriceMax is null && OutputPriceMin is null && OutputPriceMax is null)
        {
            return true;
        }

        if (entry.Cheapest is not { } cheapest)
        {
            return false; // a price that is not known is in no bounds
        }

        var prompt = cheapest.Prices.Prompt.ToUsd();
        var completion = cheapest.Prices.Completion.ToUsd();
        return !(prompt < PriceMin) && !(prompt > PriceMax) && !(completion < OutputPriceMin) && !(completion > OutputPriceMax);
    }

    private static bool Has(ImmutableArray<string> values, string value) => values.Contains(value, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads parameters and keeps the first fault.</summary>
    private sealed class Reader(IQueryCollection query)
    {
        public GatewayError? Error { get; private set; }

        public string? Text(string name) => query[name] is [{ Length: > 0 } value, ..] ? value : null;

        public ImmutableArray<string> List(string name) =>
            [.. query[name].SelectMany(static v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

        public bool? Flag(string name) => Word(name, ["true", "false"]) is { } word ? word == "true" : null;

        /// <summary>One of several words.</summary>
        public string? Word(string name, string[] words)
        {
            var text = Text(name);
            if (text is null || words.Contains(text))
            {
                return text;
            }

            Error ??= GatewayErrors.InvalidField(name, $"must be {string.Join(", ", words[..^1])} or {words[^1]}.");
            return null;
        }

        /// <summary>The parameters <c>min_</c> and <c>max_</c> of a figure.</summary>
        public FigureBounds Bounds(string figure, decimal? max = null) => new(Number($"min_{figure}", max), Number($"max_{figure}", max));

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

        public decimal? Number(string name, decimal? max = null)
        {
            if (Text(name) is not { } text)
            {
                return null;
            }

            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
                && !(value > max))
            {
                return value;
            }

            Error ??= GatewayErrors.InvalidField(name, max is null
                ? "must be a number of at least 0."
                : string.Create(CultureInfo.InvariantCulture, $"must be a number from 0 to {max}."));
            return null;
        }
    }
}
