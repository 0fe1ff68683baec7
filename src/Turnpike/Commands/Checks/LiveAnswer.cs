using System.Text.Json.Nodes;

namespace Turnpike.Commands.Checks;

/// <summary>What the gateway answered to a chat request, whole or put together from its stream.</summary>
internal sealed record LiveAnswer
{
    public required int Status { get; init; }

    public double LatencyMs { get; init; }

    public string? Id { get; init; }

    public string Text { get; init; } = "";

    public string Reasoning { get; init; } = "";

    /// <summary>The name and the arguments of the first call.</summary>
    public (string Name, string Arguments)? Call { get; init; }

    public string? FinishReason { get; init; }

    public JsonNode? Usage { get; init; }

    /// <summary>Events with something of the answer; 0 for a whole one.</summary>
    public int Pieces { get; init; }

    /// <summary>The message of an error, of the answer or in the stream; null where there is none.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the error is one that a provider gave.</summary>
    public bool IsProvidersError { get; init; }

    public long Tokens(string name) => (long?)Usage?[name] ?? 0;

    public long ReasoningTokens => (long?)Usage?["completion_tokens_details"]?["reasoning_tokens"] ?? 0;
}
