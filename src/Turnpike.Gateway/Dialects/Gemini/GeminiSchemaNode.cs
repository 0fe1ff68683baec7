using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>One schema with its references and its <c>allOf</c> taken in.</summary>
internal sealed class GeminiSchemaNode
{
    public Dictionary<string, JsonElement> Members { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>In the order in which they stand.</summary>
    public OrderedDictionary<string, JsonElement> Properties { get; private init; } = new(StringComparer.Ordinal);

    public HashSet<string> Required { get; private init; } = new(StringComparer.Ordinal);

    public List<JsonElement> Variants { get; } = [];

    /// <summary>The references that led here: one that comes again is recursion.</summary>
    public ImmutableList<string> Path { get; set; } = [];

    /// <summary>Set where one of several types was chosen.</summary>
    public string? Type { get; set; }

    public bool IsNullable { get; set; }

    /// <summary>It goes on without end.</summary>
    public bool IsCut { get; set; }

    public string? Text(string name) => Members.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The same but for its variants.</summary>
    public GeminiSchemaNode Copy() => new()
    {
        Members = new(Members, StringComparer.Ordinal),
        Properties = new(Properties, StringComparer.Ordinal),
        Required = new(Required, StringComparer.Ordinal),
        Path = Path,
        Type = Type,
        IsNullable = IsNullable,
    };
}
