namespace Turnpike.Core.Catalog;

/// <summary>How good a model is at six kinds of work, each from 0 to 100 on the scale of its source, and how fast it writes.</summary>
/// <remarks>Figures of one dimension can be compared between models, figures of two dimensions cannot.</remarks>
public sealed record ModelQuality
{
    public double Coding { get; init; }

    public double Reasoning { get; init; }

    public double Knowledge { get; init; }

    public double Writing { get; init; }

    public double Agentic { get; init; }

    public double Multilingual { get; init; }

    /// <summary>False where <see cref="Coding"/> follows from another figure.</summary>
    public bool IsCodingMeasured { get; init; }

    /// <summary>False where <see cref="Agentic"/> follows from another figure.</summary>
    public bool IsAgenticMeasured { get; init; }

    /// <summary>Output tokens a second; null when unknown.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Who measured it; <see cref="QualityTable.Family"/> for the figures of a near relation, <see cref="QualityTable.Rule"/> where
    /// nobody did.</summary>
    public required string Source { get; init; }

    /// <summary>The figures of a model of which its source tells only some; the others follow from <paramref name="reasoning"/>.</summary>
    /// <remarks>The rule, from the rows that have all three: coding is 1.35 times the reasoning index; agentic work begins at an index of 12 and
    /// then rises as fast as it. Knowledge, writing and languages have no source yet and go with the index.</remarks>
    public static ModelQuality Of(string source, double reasoning, double? coding = null, double? agentic = null) => new()
    {
        Source = source,
        Reasoning = reasoning,
        Coding = coding ?? Math.Min(100, reasoning * 1.35),
        Agentic = agentic ?? Math.Max(0.5, reasoning - 12),
        IsCodingMeasured = coding is not null,
        IsAgenticMeasured = agentic is not null,
        Knowledge = reasoning,
        Writing = reasoning,
        Multilingual = reasoning,
    };
}
