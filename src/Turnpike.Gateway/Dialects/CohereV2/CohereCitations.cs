using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.CohereV2;

/// <summary>Tells citations, one for each source: a document by its address, else by its id; a tool's output only where it has an address.</summary>
internal static class CohereCitations
{
    public static void Tell(JsonElement citation, AnswerSink sink)
    {
        if (!citation.TryMember("sources", out var sources) || sources.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var source in sources.EnumerateArray())
        {
            var isDocument = source.TryMember("document", out var content);
            var isKnown = isDocument || source.TryMember("tool_output", out content);
            var url = (isKnown ? content.Text("url") : null) ?? (isDocument ? source.Text("id") : null);
            if (!string.IsNullOrEmpty(url))
            {
                sink.Citation(0, new(url, content.Text("title"), citation.Text("text"), Place(citation, "start"), Place(citation, "end")));
            }
        }
    }

    private static int? Place(JsonElement citation, string name) => citation.Integer(name) is >= 0 and <= int.MaxValue and var place ? (int)place : null;
}
