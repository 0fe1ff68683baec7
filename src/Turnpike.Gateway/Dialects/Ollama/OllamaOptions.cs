using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Ollama;

/// <summary>Writes the members of <c>options</c>, each once: what the request says in the words of its own format goes before what it says in
/// Ollama's.</summary>
internal sealed class OllamaOptions(Utf8JsonWriter json)
{
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    public void Add(string name, double? value)
    {
        if (value is not null && _written.Add(name))
        {
            json.NumberIf(name, value);
        }
    }

    public void Add(string name, long? value)
    {
        if (value is not null && _written.Add(name))
        {
            json.NumberIf(name, value);
        }
    }

    public void Add(string name, IReadOnlyCollection<string> values)
    {
        if (values.Count > 0 && _written.Add(name))
        {
            json.StringsIf(name, values);
        }
    }

    /// <param name="own">An object.</param>
    public void AddAll(ReadOnlyMemory<byte> own)
    {
        using var document = JsonDocument.Parse(own);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (_written.Add(member.Name))
            {
                member.WriteTo(json);
            }
        }
    }
}
