using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>A call whose arguments come in pieces (<c>streamFunctionCallArguments</c>), each with the path of the value that it is of; a text may come
/// in several.</summary>
/// <param name="id">Empty where Google gave none.</param>
internal sealed class GeminiCallPieces(byte[] id, byte[] name, byte[] signature)
{
    private const int DepthMax = 64;
    private const int ElementsMax = 65_536;
    private const int TextMax = 16 * 1024 * 1024;

    private readonly JsonObject _arguments = [];
    private readonly Dictionary<string, StringBuilder> _texts = new(StringComparer.Ordinal);
    private int _length;
    private int _elements; // of all lists

    public byte[] Id => id;

    public byte[] Name => name;

    public byte[] Signature => signature;

    /// <summary>Takes pieces in; false where they make no arguments.</summary>
    /// <param name="pieces">An array.</param>
    public bool TryAdd(ReadOnlySpan<byte> pieces)
    {
        var json = new Utf8JsonReader(pieces);
        using var document = JsonDocument.ParseValue(ref json);
        return document.RootElement.EnumerateArray().All(TryAdd);
    }

    /// <summary>The arguments so far, as JSON.</summary>
    public byte[] Arguments()
    {
        foreach (var (path, text) in _texts)
        {
            TrySet(path, JsonValue.Create(text.ToString()));
        }

        return Encoding.UTF8.GetBytes(_arguments.ToJsonString());
    }

    private bool TryAdd(JsonElement piece)
    {
        if (piece.Text("jsonPath") is not { } path)
        {
            return false;
        }

        if (piece.Text("stringValue") is { } text)
        {
            if (!_texts.TryGetValue(path, out var known))
            {
                _texts[path] = known = new();
            }

            known.Append(text);
            _length += path.Length + text.Length;
            return _length <= TextMax && (known.Length > text.Length || TrySet(path, JsonValue.Create("")));
        }

        return TrySet(path, piece.TryMember("numberValue", out var value) || piece.TryMember("boolValue", out value) ? JsonNode.Parse(value.GetRawText()) : null);
    }

    // $.recipe.ingredients[0].name, or ['name'] where it is no word: what is on the way there is made.
    private bool TrySet(string path, JsonNode? value)
    {
        var steps = StepsOf(path);
        if (steps is [] || steps.Count > DepthMax)
        {
            return false;
        }

        JsonNode at = _arguments;
        for (var i = 0; i < steps.Count; i++)
        {
            var next = i == steps.Count - 1 ? value : Child(at, steps[i]) ?? (steps[i + 1] is int ? new JsonArray() : new JsonObject());
            if (!TryPut(at, steps[i], next))
            {
                return false;
            }

            at = next!; // only the last may be null, and then this is over
        }

        return true;
    }

    private static JsonNode? Child(JsonNode at, object step) => (at, step) switch
    {
        (JsonObject members, string name) => members[name],
        (JsonArray elements, int index) when index < elements.Count => elements[index],
        _ => null,
    };

    private bool TryPut(JsonNode at, object step, JsonNode? child)
    {
        switch (at, step)
        {
            case (JsonObject members, string name):
                if (child is null || !ReferenceEquals(child.Parent, members))
                {
                    members[name] = child;
                }

                return true;
            case (JsonArray elements, int index):
                for (; elements.Count <= index; _elements++)
                {
                    if (_elements == ElementsMax)
                    {
                        return false;
                    }

                    elements.Add(null);
                }

                if (child is null || !ReferenceEquals(child.Parent, elements))
                {
                    elements[index] = child;
                }

                return true;
            default:
                return false;
        }
    }

    // Names are strings, places in lists numbers; none where it is no path.
    private static List<object> StepsOf(string path)
    {
        List<object> steps = [];
        for (var at = 1; at < path.Length && path[0] == '$';)
        {
            var isName = path[at] == '.';
            var end = isName ? path.AsSpan(at + 1).IndexOfAny('.', '[') is >= 0 and var more ? at + 1 + more : path.Length : path.IndexOf(']', at);
            if (end < 0 || (!isName && path[at] != '['))
            {
                return [];
            }

            var inside = path[(at + 1)..end];
            steps.Add(!isName && int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : isName ? inside : inside.Trim('\'', '"'));
            at = isName ? end : end + 1;
        }

        return steps;
    }
}
