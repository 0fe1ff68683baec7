using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>A surface as its clients see it: how its answers are read, judged, and given back.</summary>
internal interface ICallerSurface
{
    /// <summary>As files and the matrix call it.</summary>
    string Name { get; }

    string Title { get; }

    string Path { get; }

    /// <summary>Reads a whole answer.</summary>
    Told ReadWhole(JsonNode answer);

    /// <summary>Reads an error that is no stream.</summary>
    Told ReadError(int status, JsonNode answer);

    /// <summary>Reads a stream to its end, however it ended, and notes what stands where it must not.</summary>
    Told ReadStream(IReadOnlyList<SseItem> items);

    /// <summary>The surface's word for a kind of error of ours.</summary>
    string ErrorTypeOf(string type);

    /// <summary>Goes on with a conversation: what was told, and a result for each of its calls, or another question where it called nothing.</summary>
    void GoOn(JsonObject request, Told told, string result);
}
