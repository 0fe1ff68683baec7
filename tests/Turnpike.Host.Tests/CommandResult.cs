using System.Text.Json.Nodes;

namespace Turnpike.Host.Tests;

/// <summary>What a program that has ended has left.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The standard output as one JSON document.</summary>
    public JsonNode Json => JsonNode.Parse(Output)!;
}
