using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Tells the sources that a candidate names, each once: events repeat what came before.</summary>
/// <remarks>Google counts where a source is used in bytes of one part, which are not characters of the answer: the passage is told, not its
/// place.</remarks>
internal sealed class GeminiSources(int choice)
{
    private const int SourcesMax = 256;
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <param name="grounding">The object <c>groundingMetadata</c>.</param>
    public void TellGrounding(ReadOnlySpan<byte> grounding, AnswerSink sink)
    {
        var json = new Utf8JsonReader(grounding);
        using var document = JsonDocument.ParseValue(ref json);
        var root = document.RootElement;
        if (!root.TryMember("groundingChunks", out var chunks) || chunks.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var number = 0;
        foreach (var chunk in chunks.EnumerateArray())
        {
            if (Source(chunk) is var source && source.Text("uri") is { } address)
            {
                Tell(new(address, source.Text("title"), Passage(root, number)), sink);
            }

            number++;
        }
    }

    /// <param name="citations">The object <c>citationMetadata</c>; Vertex calls the list in it otherwise.</param>
    public void TellCitations(ReadOnlySpan<byte> citations, AnswerSink sink)
    {
        var json = new Utf8JsonReader(citations);
        using var document = JsonDocument.ParseValue(ref json);
        var root = document.RootElement;
        if ((root.TryMember("citationSources", out var sources) || root.TryMember("citations", out sources)) && sources.ValueKind == JsonValueKind.Array)
        {
            foreach (var source in sources.EnumerateArray())
            {
                if (source.Text("uri") is { } address)
                {
                    Tell(new(address, source.Text("title")), sink);
                }
            }
        }
    }

    private static JsonElement Source(JsonElement chunk) =>
        chunk.TryMember("web", out var source) || chunk.TryMember("maps", out source) || chunk.TryMember("retrievedContext", out source) ? source : default;

    // The first passage of the answer that a source stands behind.
    private static string? Passage(JsonElement grounding, int number)
    {
        if (!grounding.TryMember("groundingSupports", out var supports) || supports.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var support in supports.EnumerateArray())
        {
            if (support.TryMember("groundingChunkIndices", out var chunks) && chunks.ValueKind == JsonValueKind.Array
                && chunks.EnumerateArray().Any(c => c.ValueKind == JsonValueKind.Number && c.TryGetInt32(out var chunk) && chunk == number)
                && support.TryMember("segment", out var segment))
            {
                return segment.Text("text");
            }
        }

        return null;
    }

    private void Tell(UrlCitation citation, AnswerSink sink)
    {
        if (_told.Count < SourcesMax && _told.Add(citation.Url))
        {
            sink.Citation(choice, citation);
        }
    }
}
