using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>What a caller was told, in the words of no dialect: what <c>expected.json</c> is compared with.</summary>
internal sealed class Told
{
    public int Status { get; set; } = 200;

    public string Text { get; set; } = "";

    public string Reasoning { get; set; } = "";

    public List<(string Id, string Name, string Arguments)> Calls { get; } = [];

    /// <summary>stop, length, tool_calls, content_filter, or error where the stream says that it broke.</summary>
    public string? Finish { get; set; }

    /// <summary>prompt (all of it), completion, cached, written, reasoning; those that were told.</summary>
    public Dictionary<string, long> Usage { get; } = [];

    /// <summary>What it cost, dollars; null where that was not told.</summary>
    public decimal? Cost { get; set; }

    /// <summary>The word of the surface for the kind of error.</summary>
    public string? ErrorType { get; set; }

    public string? ErrorMessage { get; set; }

    /// <summary>The answer as the surface's clients give it back in the history of the next request.</summary>
    public JsonArray Turn { get; } = [];

    /// <summary>Where the answer is not formed as the surface's API says.</summary>
    public List<string> Faults { get; } = [];

    public void Demand(bool holds, string rule)
    {
        if (!holds)
        {
            Faults.Add(rule);
        }
    }

    /// <summary>Takes over what a usage object says, member by member.</summary>
    public void Count(string name, JsonNode? count)
    {
        if (count is not null)
        {
            Usage[name] = (long)count;
        }
    }
}
