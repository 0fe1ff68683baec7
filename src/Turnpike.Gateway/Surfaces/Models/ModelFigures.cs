using Turnpike.Core.Catalog;
using Turnpike.Gateway.Routing.Health;

namespace Turnpike.Gateway.Surfaces.Models;

/// <summary>What is known of models beside the facts of the catalogue: how good they are, and how fast and sound they were here of late.</summary>
/// <remarks>A null figure is unknown. Thread-safe.</remarks>
internal sealed class ModelFigures(QualityTable quality, HealthBoard health)
{
    /// <summary>Artificial Analysis' index of the model itself; what follows from a relation's or from its price is not told as measured.</summary>
    public double? Intelligence(ModelEntry entry) => quality.Measured(entry.Model)?.Reasoning;

    public double? Coding(ModelEntry entry) => quality.Measured(entry.Model) is { IsCodingMeasured: true } known ? known.Coding : null;

    public double? Agentic(ModelEntry entry) => quality.Measured(entry.Model) is { IsAgenticMeasured: true } known ? known.Agentic : null;

    /// <summary>The figures that the router itself goes by, for every model.</summary>
    public ModelQuality Quality(ModelEntry entry) => quality.Of(entry);

    /// <summary>Whether it answers as somebody expects who names no model.</summary>
    public bool IsForChat(Model model) => quality.IsForChat(model);

    /// <summary>Output tokens a second at the fastest endpoint, the median of half an hour.</summary>
    public double? Throughput(ModelEntry entry) => entry.Endpoints.Max(e => Known(Report(e)?.Throughput));

    /// <summary>Seconds to the first token at the endpoint that is quickest with it, the median of half an hour.</summary>
    public double? Latency(ModelEntry entry) => entry.Endpoints.Min(e => Known(Report(e)?.FirstToken));

    /// <summary>The share of requests with tools, of the last five minutes, that went well.</summary>
    public double? ToolSuccess(ModelEntry entry)
    {
        var (successes, faults) = (0, 0);
        foreach (var endpoint in entry.Endpoints)
        {
            var figures = health.Figures(endpoint);
            successes += figures.ToolSuccesses;
            faults += figures.ToolFaults;
        }

        return successes + faults == 0 ? null : (double)successes / (successes + faults);
    }

    public EndpointReport? Report(Endpoint endpoint) => health.Report(endpoint);

    private static double? Known(Percentiles? percentiles) => percentiles is { IsKnown: true } known ? known.P50 : null;
}
