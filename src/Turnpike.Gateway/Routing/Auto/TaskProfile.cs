using Turnpike.Core.Catalog;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>What a kind of task asks of a model: shares of the dimensions of quality, one together.</summary>
/// <param name="Word">As records and reasons have it.</param>
/// <param name="OutputTokens">What an answer usually has, for the expected cost.</param>
internal sealed record TaskProfile(string Word, int OutputTokens)
{
    /// <summary>What of the quality depends on languages where the prompt is not in English.</summary>
    private const double ForeignShare = 0.2;

    public double Coding { get; init; }

    public double Reasoning { get; init; }

    public double Knowledge { get; init; }

    public double Writing { get; init; }

    public double Agentic { get; init; }

    public double Multilingual { get; init; }

    /// <summary>How good a model is at this, from 0 to 100.</summary>
    /// <param name="isForeign">The prompt is not in English.</param>
    public double Rate(ModelQuality quality, bool isForeign)
    {
        var rate = (Coding * quality.Coding) + (Reasoning * quality.Reasoning) + (Knowledge * quality.Knowledge)
            + (Writing * quality.Writing) + (Agentic * quality.Agentic) + (Multilingual * quality.Multilingual);
        return isForeign ? ((1 - ForeignShare) * rate) + (ForeignShare * quality.Multilingual) : rate;
    }
}
