using System.Collections.Immutable;
using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>The orders that lists of models can be asked for. Models of which the figure is not known come last, and models that are alike keep the
/// catalogue's order.</summary>
internal static class ModelOrder
{
    /// <summary>Every word of <c>sort</c>. Of popularity and of Design Arena there are no figures here: they keep the catalogue's order.</summary>
    public static ImmutableArray<string> Words { get; } =
    [
        "most-popular", "newest", "top-weekly", "pricing-low-to-high", "pricing-high-to-low", "context-high-to-low", "throughput-high-to-low",
        "latency-low-to-high", "intelligence-high-to-low", "coding-high-to-low", "agentic-high-to-low", "design-arena-elo-high-to-low",
    ];

    /// <summary>The models in the order asked for; where none is, those of a category by how good they are at it.</summary>
    public static IEnumerable<RenderedModel> Of(IEnumerable<RenderedModel> models, ModelQuery query, ModelFigures figures) => query.Sort switch
    {
        "newest" => models.OrderByDescending(static m => m.Entry.Model.Created),
        "context-high-to-low" => models.OrderByDescending(static m => m.Entry.ContextLength ?? 0),
        "pricing-low-to-high" => models.OrderBy(static m => Price(m.Entry) ?? decimal.MaxValue),
        "pricing-high-to-low" => models.OrderByDescending(static m => Price(m.Entry) ?? decimal.MinValue),
        "throughput-high-to-low" => Falling(models, figures.Throughput),
        "latency-low-to-high" => models.OrderBy(m => figures.Latency(m.Entry) ?? double.MaxValue),
        "intelligence-high-to-low" => Falling(models, figures.Intelligence),
        "coding-high-to-low" => Falling(models, figures.Coding),
        "agentic-high-to-low" => Falling(models, figures.Agentic),
        null when query.Category is { } category => Falling(models, e => ModelCategories.Score(category, figures.Quality(e))),
        _ => models,
    };

    private static IEnumerable<RenderedModel> Falling(IEnumerable<RenderedModel> models, Func<ModelEntry, double?> figure) =>
        models.OrderByDescending(m => figure(m.Entry) ?? double.MinValue);

    private static decimal? Price(ModelEntry entry) => entry.Cheapest?.Prices is { } prices ? prices.Prompt.ToUsd() + prices.Completion.ToUsd() : null;
}
