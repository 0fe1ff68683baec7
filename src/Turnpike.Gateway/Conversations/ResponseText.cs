using System.Text;
using System.Text.Json;

namespace Turnpike.Gateway.Conversations;

/// <summary>JSON of requests and responses that are kept, taken apart and put together. Pure; everything was read before.</summary>
internal static class ResponseText
{
    /// <summary>The items of an <c>input</c>, which may be a text: a JSON array.</summary>
    public static string ItemsOf(ReadOnlySpan<byte> input)
    {
        var json = Encoding.UTF8.GetString(input);
        return json.StartsWith('[') ? json : $"[{{\"type\":\"message\",\"role\":\"user\",\"content\":{json}}}]";
    }

    /// <summary>The items of several arrays in one.</summary>
    public static string Joined(params ReadOnlySpan<string> arrays)
    {
        var all = new StringBuilder("[");
        foreach (var array in arrays)
        {
            var inside = array.AsSpan().Trim()[1..^1].Trim();
            all.Append(all.Length > 1 && inside.Length > 0 ? "," : "").Append(inside);
        }

        return all.Append(']').ToString();
    }

    /// <summary>The items that a response gave: a JSON array.</summary>
    public static string OutputOf(string response)
    {
        using var document = JsonDocument.Parse(response);
        return document.RootElement.TryGetProperty("output", out var output) && output.ValueKind == JsonValueKind.Array ? output.GetRawText() : "[]";
    }

    /// <summary>Items that have an id, each with its JSON, of an array of them.</summary>
    public static IEnumerable<(string Id, string Json)> Named(string items)
    {
        using var document = JsonDocument.Parse(items);
        foreach (var item in document.RootElement.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String)
            {
                yield return (id.GetString()!, item.GetRawText()); // a string, as was seen
            }
        }
    }

    /// <summary>The response in the end of an answer: the whole of it, or the last event of a stream. Null where there is none, or it failed.</summary>
    public static string? ResponseIn(ReadOnlySpan<byte> end, bool isStream)
    {
        if (!isStream)
        {
            return Encoding.UTF8.GetString(end);
        }

        var at = end.LastIndexOf("\ndata: "u8); // no line ends stand in the JSON of an event
        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(end[(at + "\ndata: ".Length)..]));
        var isWhole = document.RootElement.TryGetProperty("type", out var type) && (type.ValueEquals("response.completed"u8) || type.ValueEquals("response.incomplete"u8));
        return isWhole && document.RootElement.TryGetProperty("response", out var response) ? response.GetRawText() : null;
    }
}
