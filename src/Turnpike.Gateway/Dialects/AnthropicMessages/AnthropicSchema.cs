using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>JSON schemas as Anthropic can bind an answer to them: objects are closed, bounds of numbers, texts and arrays are not known.</summary>
internal static class AnthropicSchema
{
    private static readonly string[] Unknown =
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties"];

    /// <summary>The schema without what would be refused; as it came where it is no JSON object.</summary>
    public static ReadOnlyMemory<byte> Bindable(ReadOnlyMemory<byte> schema)
    {
        try
        {
            if (JsonNode.Parse(schema.Span) is not JsonObject root)
            {
                return schema;
            }

            Mend(root);
            return Encoding.UTF8.GetBytes(root.ToJsonString());
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

        return """{"type":"object","properties":{}}"""u8.ToArray();
    }

    private static JsonObject With(JsonObject root)
    {
        root.Insert(0, "type", "object");
        return root;
    }

    private static void Mend(JsonObject schema)
    {
        foreach (var name in Unknown)
        {
            if (schema[name] is JsonValue)
            {
                schema.Remove(name);
            }
        }

        if (schema["minItems"] is JsonValue least && !(least.TryGetValue<int>(out var items) && items is 0 or 1))
        {
            schema.Remove("minItems");
        }

        if (schema["properties"] is JsonObject)
        {
            schema["additionalProperties"] = false;
        }

        foreach (var (name, value) in schema)
        {
            MendInside(name, value);
        }
    }

    private static void MendInside(string name, JsonNode? value)
    {
        if (name is "properties" or "$defs" or "definitions" && value is JsonObject named)
        {
            foreach (var (_, inner) in named)
            {
                MendInside("", inner);
            }
        }
        else if (name is "" or "items" && value is JsonObject schema)
        {
            Mend(schema);
        }
        else if (name is "anyOf" or "oneOf" or "allOf" && value is JsonArray several)
        {
            foreach (var inner in several)
            {
                MendInside("", inner);
            }
        }
    }
}
