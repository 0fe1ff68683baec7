using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>What a caller was told, in the words of no dialect: what <c>expected.json</c> is compared with.</summary>
internal sealed class Told
{
    public int Status { get; set; } = 200;

    public string Text { get; set; } = "";

    /// <summary>What of the text is told as a refusal.</summary>
    public string Refusal { get; set; } = "";

    public string Reasoning { get; set; } = "";

    public List<(string Id, string Name, string Arguments)> Calls { get; } = [];

    /// <summary>stop, length, tool_calls, content_filter, or error where the stream says that it broke.</summary>
    public string? Finish { get; set; }

    /// <summary>The provider's own word for it; null where the surface does not tell it.</summary>
    public string? Native { get; set; }

    /// <summary>The stop sequence that ended it; null where none did, or the surface does not tell it.</summary>
    public string? Stopped { get; set; }

    /// <summary>The sources that were named, each with its <c>url</c> and <c>title</c>.</summary>
    public JsonArray Citations { get; } = [];

    /// <summary>The images that were made, in base64.</summary>
    public JsonArray Images { get; } = [];

    /// <summary>Tokens, each with its <c>token</c> and <c>logprob</c>.</summary>
    public JsonArray Logprobs { get; } = [];

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

    public void Cite(JsonNode? source) => Citations.Add(new JsonObject { ["url"] = (string?)source?["url"], ["title"] = (string?)source?["title"] });

    public void Weigh(JsonNode? tokens)
    {
        foreach (var token in tokens?.AsArray() ?? [])
        {
            Logprobs.Add(new JsonObject { ["token"] = (string?)token!["token"], ["logprob"] = (double?)token["logprob"] });
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
