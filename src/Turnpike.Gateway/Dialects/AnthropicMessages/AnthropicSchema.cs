using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>JSON schemas as Anthropic can bind an answer, or a call, to them: objects are closed; bounds of numbers, texts and arrays are said in
/// words; one of several is any of several. Recursion, and objects with names that nobody knows before, cannot be bound.</summary>
/// <remarks>(Source: Anthropic, structured outputs: limitations of JSON schemas, 2026-08.)</remarks>
internal static class AnthropicSchema
{
    private const int DepthMax = 64;

    // Said in words, since they are refused.
    private static readonly string[] Bounds =
    [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems",
        "minProperties", "maxProperties",
    ];

    private static readonly string[] Formats = ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];

    // Nothing can be said of them.
    private static readonly string[] Unknown =
        ["not", "if", "then", "else", "dependentRequired", "dependentSchemas", "propertyNames", "contains", "minContains", "maxContains", "unevaluatedProperties", "unevaluatedItems"];

    /// <summary>The schema in what can be bound; empty where it cannot be, as it came where it is no JSON object.</summary>
    public static ReadOnlyMemory<byte> Bindable(ReadOnlyMemory<byte> schema)
    {
        try
        {
            return JsonNode.Parse(schema.Span) is not JsonObject root ? schema
                : !IsFinite(root, root, new(ReferenceEqualityComparer.Instance), 0) || !Mend(root) ? default
                : Encoding.UTF8.GetBytes(root.ToJsonString());
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return schema; // a name twice: the provider's to judge
        }
    }

    /// <summary>A tool's schema: it must say that it is an object's.</summary>
    public static ReadOnlyMemory<byte> OfInput(ReadOnlyMemory<byte> schema)
    {
        try
        {
            if (!schema.IsEmpty && JsonNode.Parse(schema.Span) is JsonObject root)
            {
                return root.ContainsKey("type") ? schema : Encoding.UTF8.GetBytes(With(root).ToJsonString());
            }
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return schema;
        }

        return JsonWriting.NoParameters.ToArray();
    }

    /// <summary>False for a schema of something that no tool's input can be.</summary>
    public static bool IsOfObject(ReadOnlyMemory<byte> schema)
    {
        using var document = JsonDocument.Parse(schema);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && (!document.RootElement.TryGetProperty("type", out var type) || (type.ValueKind == JsonValueKind.String && type.ValueEquals("object"u8)));
    }

    private static JsonObject With(JsonObject root)
    {
        root.Insert(0, "type", "object");
        return root;
    }

    // False where a reference leads back to where it stands, or out of the schema.
    private static bool IsFinite(JsonNode? node, JsonObject root, Dictionary<object, bool> referred, int depth)
    {
        if (depth > DepthMax)
        {
            return false;
        }

        if (node is JsonObject schema && schema["$ref"] is JsonValue reference && reference.TryGetValue<string>(out var name)
            && !IsFinite(name, root, referred, depth))
        {
            return false;
        }

        return node switch
        {
            JsonObject members => members.All(m => m.Key is "$defs" or "definitions" || IsFinite(m.Value, root, referred, depth + 1)),
            JsonArray elements => elements.All(e => IsFinite(e, root, referred, depth + 1)),
            _ => true,
        };
    }

    // What many refer to is walked over once: a schema of a few words may refer to a part of it as often as there are atoms.
    private static bool IsFinite(string reference, JsonObject root, Dictionary<object, bool> referred, int depth)
    {
        if (Resolve(root, reference) is not { } target)
        {
            return false;
        }

        if (!referred.TryGetValue(target, out var isFinite))
        {
            referred[target] = false; // who comes by it on the way has come back
            referred[target] = isFinite = IsFinite(target, root, referred, depth + 1);
        }

        return isFinite;
    }

    private static JsonNode? Resolve(JsonObject root, string reference)
    {
        JsonNode? at = reference.StartsWith('#') && reference != "#" ? root : null;
        foreach (var step in reference.Split('/').Skip(1))
        {
            at = at is JsonObject members ? members[Uri.UnescapeDataString(step)] : null;
        }

        return at;
    }

    // False where it cannot be bound.
    private static bool Mend(JsonObject schema)
    {
        foreach (var name in Unknown)
        {
            schema.Remove(name);
        }

        SayBounds(schema);
        if (schema["format"] is JsonValue format && !(format.TryGetValue<string>(out var word) && Formats.Contains(word)))
        {
            schema.Remove("format");
        }

        if (schema["oneOf"] is JsonArray several && !schema.ContainsKey("anyOf"))
        {
            schema.Remove("oneOf");
            schema["anyOf"] = several;
        }

        return Close(schema) && schema.ToList().TrueForAll(static m => MendInside(m.Key, m.Value));
    }

    private static void SayBounds(JsonObject schema)
    {
        List<string> said = [];
        foreach (var name in Bounds)
        {
            if (schema[name] is JsonValue bound && !(name == "minItems" && bound.TryGetValue<int>(out var items) && items is 0 or 1))
            {
                said.Add($"{name}: {bound.ToJsonString()}");
                schema.Remove(name);
            }
        }

        if (said.Count > 0)
        {
            var description = schema["description"] is JsonValue text && text.TryGetValue<string>(out var own) ? own + " " : "";
            schema["description"] = $"{description}({string.Join(", ", said)})";
        }
    }

    private static bool Close(JsonObject schema)
    {
        var isMap = schema["additionalProperties"] is JsonObject || schema.ContainsKey("patternProperties");
        if (schema["properties"] is JsonObject)
        {
            schema["additionalProperties"] = false;
            return !isMap;
        }

        var isOpen = schema["type"] is JsonValue type && type.TryGetValue<string>(out var word) && word == "object"
            && !(schema["additionalProperties"] is JsonValue open && open.TryGetValue<bool>(out var isAllowed) && !isAllowed);
        return !isMap && (!isOpen || schema.ContainsKey("anyOf") || schema.ContainsKey("allOf") || schema.ContainsKey("$ref"));
    }

    private static bool MendInside(string name, JsonNode? value) => (name, value) switch
    {
        ("properties" or "$defs" or "definitions", JsonObject named) => named.ToList().TrueForAll(static m => MendInside("", m.Value)),
        ("" or "items", JsonObject schema) => Mend(schema),
        ("items", JsonArray) or ("prefixItems", _) => false,
        ("anyOf" or "allOf", JsonArray several) => several.ToList().TrueForAll(static s => MendInside("", s)),
        _ => true,
    };
}
