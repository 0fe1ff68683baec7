using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Turnpike.Gateway.Providers.Simulator;

/// <summary>Makes the smallest JSON that fits a JSON schema, for simulated tool arguments and structured answers.</summary>
/// <remarks>Understands type, const, enum, default, properties, required, items, prefixItems, minItems, minLength, minimum, exclusiveMinimum,
/// multipleOf, format, anyOf, oneOf, allOf and local <c>$ref</c>. Patterns are not solved.</remarks>
internal static class SchemaInstance
{
    /// <summary>Schemas deeper than this (recursive ones, usually) end in null.</summary>
    private const int DepthMax = 32;

    /// <summary>No list or text is made longer than this, whatever its schema wants.</summary>
    private const int LengthMax = 1000;

    /// <summary>The instance as JSON text; <c>{}</c> without a schema.</summary>
    public static string Write(JsonElement? schema)
    {
        if (schema is not { } root)
        {
            return "{}";
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, root, root, depth: 0);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement schema, JsonElement root, int depth)
    {
        if (depth > DepthMax || schema.ValueKind != JsonValueKind.Object)
        {
            writer.WriteNullValue();
            return;
        }

        if (schema.TryGetProperty("const", out var fixedValue) || schema.TryGetProperty("default", out fixedValue))
        {
            fixedValue.WriteTo(writer);
        }
        else if (First(schema, "enum") is { } listed)
        {
            listed.WriteTo(writer);
        }
        else if (Resolve(schema, root) is { } target)
        {
            Write(writer, target, root, depth + 1);
        }
        else if (First(schema, "anyOf") is { } any)
        {
            Write(writer, any, root, depth + 1);
        }
        else if (First(schema, "oneOf") is { } one)
        {
            Write(writer, one, root, depth + 1);
        }
        else
        {
            WriteTyped(writer, schema, root, depth);
        }
    }

    private static void WriteTyped(Utf8JsonWriter writer, JsonElement schema, JsonElement root, int depth)
    {
        switch (TypeOf(schema))
        {
            case "object":
                writer.WriteStartObject();
                WriteProperties(writer, schema, root, depth, []);
                writer.WriteEndObject();
                break;
            case "array":
                WriteArray(writer, schema, root, depth);
                break;
            case "string":
                writer.WriteStringValue(StringOf(schema));
                break;
            case "integer":
                writer.WriteNumberValue(decimal.Ceiling(NumberOf(schema, step: 1)));
                break;
            case "number":
                writer.WriteNumberValue(NumberOf(schema, step: 0.5m));
                break;
            case "boolean":
                writer.WriteBooleanValue(false);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static void WriteProperties(Utf8JsonWriter writer, JsonElement schema, JsonElement root, int depth, HashSet<string> written)
    {
        if (schema.TryGetProperty("allOf", out var all) && all.ValueKind == JsonValueKind.Array && depth < DepthMax)
        {
            foreach (var part in all.EnumerateArray())
            {
                WriteProperties(writer, Resolve(part, root) ?? part, root, depth + 1, written);
            }
        }

        if (schema.ValueKind != JsonValueKind.Object
            || !schema.TryGetProperty("required", out var required) || required.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        schema.TryGetProperty("properties", out var properties);
        foreach (var name in required.EnumerateArray())
        {
            if (name.ValueKind == JsonValueKind.String && written.Add(name.GetString()!))
            {
                writer.WritePropertyName(name.GetString()!);
                var known = properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name.GetString()!, out var property);
                Write(writer, known ? properties.GetProperty(name.GetString()!) : default, root, depth + 1);
            }
        }
    }

    private static void WriteArray(Utf8JsonWriter writer, JsonElement schema, JsonElement root, int depth)
    {
        writer.WriteStartArray();
        var count = Math.Min(LengthMax, Number(schema, "minItems") ?? 0);
        schema.TryGetProperty("items", out var items);
        for (var i = 0; i < count; i++)
        {
            var isListed = schema.TryGetProperty("prefixItems", out var prefix) && prefix.ValueKind == JsonValueKind.Array && i < prefix.GetArrayLength();
            Write(writer, isListed ? prefix[i] : items, root, depth + 1);
        }

        writer.WriteEndArray();
    }

    private static string? TypeOf(JsonElement schema)
    {
        if (schema.TryGetProperty("type", out var type))
        {
            return type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(static t => t.GetString()).FirstOrDefault() : type.GetString();
        }

        return schema.TryGetProperty("properties", out _) || schema.TryGetProperty("allOf", out _) || schema.TryGetProperty("required", out _) ? "object"
            : schema.TryGetProperty("items", out _) ? "array" : null;
    }

    private static string StringOf(JsonElement schema)
    {
        var format = schema.TryGetProperty("format", out var f) && f.ValueKind == JsonValueKind.String ? f.GetString() : null;
        var text = format switch
        {
            "date-time" => "1970-01-01T00:00:00Z",
            "date" => "1970-01-01",
            "time" => "00:00:00Z",
            "duration" => "PT0S",
            "email" => "a@example.com",
            "hostname" => "example.com",
            "ipv4" => "192.0.2.1",
            "ipv6" => "2001:db8::1",
            "uri" => "https://example.com/",
            "uuid" => "00000000-0000-0000-0000-000000000000",
            _ => "",
        };
        return text.PadRight((int)Math.Min(LengthMax, Number(schema, "minLength") ?? 0), 'x');
    }

    private static decimal NumberOf(JsonElement schema, decimal step)
    {
        var least = Number(schema, "minimum") ?? (Number(schema, "exclusiveMinimum") is { } above ? above + step : null);
        var most = Number(schema, "maximum") ?? (Number(schema, "exclusiveMaximum") is { } below ? below - step : null);
        var value = least ?? Math.Min(0, most ?? 0);
        return Number(schema, "multipleOf") is { } multiple and > 0 ? decimal.Ceiling(value / multiple) * multiple : value;
    }

    private static decimal? Number(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) ? number : null;

    private static JsonElement? First(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? list[0] : null;

    private static JsonElement? Resolve(JsonElement schema, JsonElement root)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("$ref", out var pointer) || pointer.GetString() is not ['#', .. var path])
        {
            return null;
        }

        var target = root;
        foreach (var step in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(name, out target))
            {
                return null;
            }
        }

        return target;
    }
}
