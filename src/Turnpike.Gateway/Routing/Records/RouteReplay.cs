using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Gateway.Routing.Decisions;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>Makes a recorded decision again, from its inputs alone.</summary>
public static class RouteReplay
{
    /// <summary>Replays the record of a decision: what <c>POST /route/explain</c> or <c>GET /generation/{id}/route</c> answered.</summary>
    /// <exception cref="FormatException">The text is no such record.</exception>
    public static ReplayedRoute Run(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement.TryGetProperty("data", out var data) ? data : document.RootElement;
            var (inputs, health) = InputsReader.Read(root.GetProperty("inputs"));
            var decision = RouteDecider.Decide(inputs, health);
            return new(
                [.. root.GetProperty("candidates").EnumerateArray().Select(static c => c.GetProperty("endpoint").GetString()!)],
                [.. decision.Endpoints.Select(static e => e.Id)],
                DecisionSentence.Of(decision));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"This is not the record of a decision: {e.Message}", e);
        }
    }
}

/// <summary>The order that was recorded, and the one that came out again.</summary>
public sealed record ReplayedRoute(ImmutableArray<string> Recorded, ImmutableArray<string> Replayed, string Summary)
{
    public bool IsSame => Recorded.SequenceEqual(Replayed, StringComparer.Ordinal);
}
