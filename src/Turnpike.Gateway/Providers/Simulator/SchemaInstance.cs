using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Turnpike.Gateway.Providers.Simulator;

/// <summary>Makes the smallest JSON that fits a JSON schema, for simulated tool arguments and structured answers.</summary>
/// <remarks>Understands type, const, enum, default, properties, required, items, prefixItems, minItems, minLength, minimum, exclusiveMinimum,
/// multipleOf, format, anyOf, oneOf, allOf and local <c>$ref</c>. Patterns are not solved.</remarks>
internal sealed class SchemaInstance
{
    /// <summary>Schemas deeper than this (recursive ones, usually) end in null.</summary>
    private const int DepthMax = 32;

    /// <summary>No list or text is made longer than this, whatever its schema wants.</summary>
    private const int LengthMax = 1000;

    /// <summary>No instance has more values; what follows is null. A schema of a few words can ask for as many as there are atoms.</summary>
    private const int ValuesMax = 10_000;

    /// <summary>No instance is longer, but for its last value; what follows is null, too.</summary>
    private const int BytesMax = 1 << 20;

    // Numbers out of these bounds are not minded: reckoning with them overflows.
    private const decimal Smallest = 0.000000001m;
    private const decimal Largest = 1_000_000_000_000_000m;

    private readonly Utf8JsonWriter _writer;
    private readonly JsonElement _root;
    private int _values;

    private SchemaInstance(Utf8JsonWriter writer, JsonElement root)
    {
        _writer = writer;
        _root = root;
    }

    private bool IsFull => _values > ValuesMax || _writer.BytesCommitted + _writer.BytesPending > BytesMax;

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
            new SchemaInstance(writer, root).Write(root, depth: 0);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Write(JsonElement schema, int depth)
    {
        _values++;
        if (depth > DepthMax || IsFull || schema.ValueKind != JsonValueKind.Object)
        {
            _writer.WriteNullValue();
            return;
        }

        if (schema.TryGetProperty("const", out var fixedValue) || schema.TryGetProperty("default", out fixedValue))
        {
            fixedValue.WriteTo(_writer);
        }
        else if (First(schema, "enum") is { } listed)
        {
            listed.WriteTo(_writer);
        }
        else if (Resolve(schema) is { } target)
        {
            Write(target, depth + 1);
        }
        else if (First(schema, "anyOf") is { } any)
        {
            Write(any, depth + 1);
        }
        else if (First(schema, "oneOf") is { } one)
        {
            Write(one, depth + 1);
        }
        else
        {
            WriteTyped(schema, depth);
        }
    }

    private void WriteTyped(JsonElement schema, int depth)
    {
        switch (TypeOf(schema))
        {
            case "object":
                _writer.WriteStartObject();
                WriteProperties(schema, depth, []);
                _writer.WriteEndObject();
                break;
            case "array":
                WriteArray(schema, depth);
                break;
            case "string":
                _writer.WriteStringValue(StringOf(schema));
                break;
            case "integer":
                _writer.WriteNumberValue(decimal.Ceiling(NumberOf(schema, step: 1)));
                break;
            case "number":
                _writer.WriteNumberValue(NumberOf(schema, step: 0.5m));
                break;
            case "boolean":
                _writer.WriteBooleanValue(false);
                break;
            default:
                _writer.WriteNullValue();
                break;
        }
    }

    private void WriteProperties(JsonElement schema, int depth, HashSet<string> written)
    {
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("allOf", out var all) && all.ValueKind == JsonValueKind.Array
            && depth < DepthMax && !IsFull)
        {
            _values++;
            foreach (var part in all.EnumerateArray())
            {
                WriteProperties(Resolve(part) ?? part, depth + 1, written);
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
            if (IsFull)
            {
                break;
            }

            if (name.ValueKind == JsonValueKind.String && written.Add(name.GetString()!))
            {
                _writer.WritePropertyName(name.GetString()!);
                var known = properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name.GetString()!, out var property);
                Write(known ? properties.GetProperty(name.GetString()!) : default, depth + 1);
            }
        }
    }

    private void WriteArray(JsonElement schema, int depth)
    {
        _writer.WriteStartArray();
        var count = Math.Min(LengthMax, Number(schema, "minItems") ?? 0);
        schema.TryGetProperty("items", out var items);
        for (var i = 0; i < count && !IsFull; i++)
        {
            var isListed = schema.TryGetProperty("prefixItems", out var prefix) && prefix.ValueKind == JsonValueKind.Array && i < prefix.GetArrayLength();
            Write(isListed ? prefix[i] : items, depth + 1);
        }

        _writer.WriteEndArray();
    }

    private static string? TypeOf(JsonElement schema)
    {
        if (schema.TryGetProperty("type", out var type))
        {
            var first = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().FirstOrDefault() : type;
            return first.ValueKind == JsonValueKind.String ? first.GetString() : null;
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
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number)
            && Math.Abs(number) is 0 or (>= Smallest and <= Largest) ? number : null;

    private static JsonElement? First(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? list[0] : null;

    private JsonElement? Resolve(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("$ref", out var pointer) || pointer.ValueKind != JsonValueKind.String
            || pointer.GetString() is not ['#', .. var path])
        {
            return null;
        }

        var target = _root;
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
