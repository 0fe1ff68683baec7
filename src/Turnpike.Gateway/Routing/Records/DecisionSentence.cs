using System.Globalization;
using Turnpike.Gateway.Routing.Decisions;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>Says a decision in a sentence for people.</summary>
internal static class DecisionSentence
{
    public static string Of(Decision decision)
    {
        var candidates = decision.Candidates.Span;
        var removed = decision.Removed.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {decision.Removed.Length} removed by rules.");
        if (candidates.IsEmpty)
        {
            return $"No endpoint of {decision.Inputs.Models[0].Model.Id} may answer.{removed}";
        }

        var first = candidates[0];
        var others = candidates.Length == 1 ? "there is no other"
            : string.Create(CultureInfo.InvariantCulture, $"{candidates.Length - 1} stand behind it");
        return $"{first.Endpoint.Provider.Name} ({first.Endpoint.Tag}) is tried first for {first.Endpoint.Model.Id}, {Why(decision)}; {others}.{removed}";
    }

    private static string Why(Decision decision)
    {
        var first = decision.Candidates.Span[0];
        return (decision.Method, decision.Candidates.Length) switch
        {
            (_, 1) => "the only one left",
            ("order", _) => "as the order wishes",
            ("tier", _) => "as its service tier was asked for",
            ("classic", _) => Invariant($"drawn by the inverse square of prices with a chance of {first.Share:P0}"),
            ("measured", _) when first.HasCache => "because the conversation's prompt is in its cache",
            ("measured", _) => Invariant($"drawn by price, speed and reliability with a chance of {first.Share:P0}"),
            _ => $"first by {decision.Method}",
        };
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
