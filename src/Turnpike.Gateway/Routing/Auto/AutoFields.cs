using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Catalog;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>Takes typed fields out of an object of the request; the first that is wrong is kept as the error to tell.</summary>
internal sealed class AutoFields
{
    private readonly JsonElement _root;
    private readonly string _path;

    public AutoFields(JsonElement root, string path)
    {
        (_root, _path) = (root, path);
        Error = root.ValueKind == JsonValueKind.Object ? null : GatewayErrors.InvalidField(path, "must be an object.");
    }

    public GatewayError? Error { get; private set; }

    public string? Text(string name) =>
        !TryMember(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : Wrong<string>(name, "must be a string.");

    public bool? Flag(string name)
    {
        if (TryMember(name, out var value) && value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Wrong<string>(name, "must be true or false.");
        }

        return value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
    }

    /// <summary>A whole number from zero on.</summary>
    public int? Whole(string name, int max)
    {
        if (!TryMember(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 && number <= max)
        {
            return number;
        }

        Wrong<string>(name, $"must be a whole number from 0 to {max}.");
        return null;
    }

    /// <summary>A word of an enum of ours, in lower case.</summary>
    public T? Word<T>(string name) where T : struct, Enum
    {
        if (Text(name) is not { } word)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (word == Enum.GetName(value)!.ToLowerInvariant()) // every value has a name
            {
                return value;
            }
        }

        Wrong<string>(name, $"must be one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");
        return null;
    }

    public ImmutableArray<NamePattern> Patterns(string name, int countMax, int charsMax)
    {
        if (!TryMember(name, out var value))
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(static v => v.ValueKind != JsonValueKind.String))
        {
            Wrong<string>(name, "must be an array of strings.");
            return [];
        }

        if (value.GetArrayLength() > countMax || value.EnumerateArray().Any(v => v.GetString()!.Length > charsMax))
        {
            Wrong<string>(name, $"must have at most {countMax} patterns of at most {charsMax} characters.");
            return [];
        }

        return [.. value.EnumerateArray().Select(static v => new NamePattern(v.GetString()!))];
    }

    private bool TryMember(string name, out JsonElement value)
    {
        value = default;
        return _root.ValueKind == JsonValueKind.Object && _root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private T? Wrong<T>(string name, string detail) where T : class
    {
        Error ??= GatewayErrors.InvalidField($"{_path}.{name}", detail);
        return null;
    }
}
