using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Writes a JSON schema in the subset that Gemini's <c>Schema</c> message knows.</summary>
/// <remarks>References are put in place, recursion is cut (the inner one is any object); <c>const</c> becomes an enum of one. Only texts can be counted up:
/// of numbers the bounds are said, and in words which they are. <c>null</c> among types becomes <c>nullable</c>, several types and <c>oneOf</c> become
/// <c>anyOf</c>, which stands alone; <c>allOf</c> is merged; what else there is falls away. A type must be said: what may be anything is a text, which
/// can say anything. Bounded in depth and size: what is beyond is cut as recursion is. Pure.
/// (Source: generativelanguage v1beta, content.proto, message Schema.)</remarks>
internal sealed class GeminiSchema
{
    private const int DepthMax = 32;
    private const int NodesMax = 5_000;
    private const int BytesMax = 1 << 20;

    private static readonly string[] Counts = ["minItems", "maxItems", "minProperties", "maxProperties", "minLength", "maxLength"];

    private readonly JsonElement _root;
    private readonly Utf8JsonWriter _json;
    private readonly long _start;
    private int _nodes;

    private GeminiSchema(JsonElement root, Utf8JsonWriter json)
    {
        _root = root;
        _json = json;
        _start = Written;
    }

    private long Written => _json.BytesCommitted + _json.BytesPending;

    private bool IsFull => _nodes > NodesMax || Written - _start > BytesMax;

    /// <summary>Writes a schema as a member; nothing where it is no schema, or an object without properties, which is refused.</summary>
    public static void WriteIf(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> schema)
    {
        if (schema.IsEmpty)
        {
            return;
        }

        using var document = JsonDocument.Parse(schema);
        var writer = new GeminiSchema(document.RootElement, json);
        var node = writer.Flat(document.RootElement, []);
        if (document.RootElement.ValueKind != JsonValueKind.Object || (node.Properties.Count == 0 && node.Variants.Count == 0 && writer.TypesOf(node) is ["OBJECT"] or []))
        {
            return;
        }

        json.WritePropertyName(name);
        writer.Write(node, 0);
    }

    private GeminiSchemaNode Flat(JsonElement schema, ImmutableList<string> path)
    {
        var node = new GeminiSchemaNode { Path = path, IsCut = IsFull };
        if (!node.IsCut)
        {
            Merge(node, schema, 0);
        }

        return node;
    }

    // Takes in what a schema says, what it refers to, and all that it is said to be besides.
    private void Merge(GeminiSchemaNode node, JsonElement schema, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > DepthMax)
        {
            return;
        }

        foreach (var member in schema.EnumerateObject())
        {
            switch (member.Name)
            {
                case "$ref" when member.Value.ValueKind == JsonValueKind.String:
                    MergeReference(node, member.Value.GetString()!, depth);
                    break;
                case "allOf" when member.Value.ValueKind == JsonValueKind.Array:
                    foreach (var part in member.Value.EnumerateArray())
                    {
                        Merge(node, part, depth + 1);
                    }

                    break;
                case "anyOf" or "oneOf" when member.Value.ValueKind == JsonValueKind.Array:
                    node.Variants.AddRange(member.Value.EnumerateArray());
                    break;
                case "properties" when member.Value.ValueKind == JsonValueKind.Object:
                    foreach (var property in member.Value.EnumerateObject())
                    {
                        node.Properties[property.Name] = property.Value;
                    }

                    break;
                case "required" when member.Value.ValueKind == JsonValueKind.Array:
                    node.Required.UnionWith(member.Value.EnumerateArray().Where(static r => r.ValueKind == JsonValueKind.String).Select(static r => r.GetString()!));
                    break;
                default:
                    node.Members.TryAdd(member.Name, member.Value); // what stands at the reference goes before what it refers to
                    break;
            }
        }
    }

    private void MergeReference(GeminiSchemaNode node, string reference, int depth)
    {
        if (node.Path.Contains(reference))
        {
            node.IsCut = true;
        }
        else if (Resolve(reference) is { } target)
        {
            node.Path = node.Path.Add(reference);
            Merge(node, target, depth + 1);
        }
    }

    private JsonElement? Resolve(string reference)
    {
        if (!reference.StartsWith('#'))
        {
            return null;
        }

        var at = _root;
        foreach (var step in reference.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (!at.TryMember(name, out at))
            {
                return null;
            }
        }

        return at;
    }

    private void Write(GeminiSchemaNode node, int depth)
    {
        _json.WriteStartObject();
        _nodes++;
        var variants = node.IsCut || depth > DepthMax || IsFull ? null : Variants(node);
        if (variants is null || node.IsCut) // where only one variant was left, it is in the node itself
        {
            _json.WriteString("type"u8, "OBJECT"u8);
            _json.StringIf("description", node.Text("description"));
            if (node.IsNullable)
            {
                _json.WriteBoolean("nullable"u8, value: true);
            }
        }
        else if (variants.Count > 0)
        {
            _json.WriteStartArray("anyOf"u8);
            foreach (var (schema, type) in variants)
            {
                Write(Variant(node, schema, type), depth + 1);
            }

            _json.WriteEndArray();
        }
        else
        {
            WriteOne(node, TypesOf(node), depth);
        }

        _json.WriteEndObject();
    }

    // The forms that a value may have: schemas of their own, or types; none where there is only one, which is then in the node itself.
    private List<(JsonElement Schema, string? Type)> Variants(GeminiSchemaNode node)
    {
        // A single variant may hold variants of its own.
        for (var depth = 0; node.Variants.Count > 0 && depth < DepthMax; depth++)
        {
            var told = node.Variants.FindAll(static v => v.Text("type") != "null");
            node.IsNullable |= told.Count < node.Variants.Count;
            node.Variants.Clear();
            if (told.Count > 1)
            {
                return told.ConvertAll(static variant => (variant, (string?)null));
            }

            if (told.Count == 1)
            {
                Merge(node, told[0], 0);
            }
        }

        var types = TypesOf(node);
        return types.Count < 2 ? [] : types.ConvertAll(static type => (default(JsonElement), (string?)type));
    }

    // One form, with all that is said of every one.
    private GeminiSchemaNode Variant(GeminiSchemaNode node, JsonElement schema, string? type)
    {
        if (IsFull)
        {
            return new() { IsCut = true };
        }

        var variant = node.Copy();
        variant.Type = type ?? variant.Type;
        Merge(variant, schema, 0);
        return variant;
    }

    // Gemini's words for the types that a schema allows, null apart; empty where it does not say and it cannot be told.
    private List<string> TypesOf(GeminiSchemaNode node)
    {
        if (node.Type is { } known)
        {
            return [known];
        }

        if (!node.Members.TryGetValue("type", out var type))
        {
            return node.Properties.Count > 0 ? ["OBJECT"]
                : node.Members.ContainsKey("items") || node.Members.ContainsKey("prefixItems") ? ["ARRAY"]
                : ValuesOf(node) is { Count: > 0 } values ? TypesOf(values)
                : [];
        }

        var words = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(static t => t.ToString()) : [type.ToString()];
        var types = words.Select(static t => t.ToUpperInvariant()).Distinct().ToList();
        node.IsNullable |= types.Remove("NULL");
        return types.FindAll(static t => t is "STRING" or "NUMBER" or "INTEGER" or "BOOLEAN" or "ARRAY" or "OBJECT");
    }

    // Of values that are counted up where no type is said.
    private static List<string> TypesOf(List<JsonElement> values) => [.. values.Select(static v => v.ValueKind switch
    {
        JsonValueKind.Number => v.TryGetInt64(out _) ? "INTEGER" : "NUMBER",
        JsonValueKind.True or JsonValueKind.False => "BOOLEAN",
        JsonValueKind.Array => "ARRAY",
        JsonValueKind.Object => "OBJECT",
        _ => "STRING",
    }).Distinct()];

    private void WriteOne(GeminiSchemaNode node, List<string> types, int depth)
    {
        var values = ValuesOf(node);
        var type = types.FirstOrDefault() ?? "STRING";
        var numbers = type is "NUMBER" or "INTEGER" ? values.FindAll(static v => v.ValueKind == JsonValueKind.Number) : [];
        _json.WriteString("type"u8, type);
        _json.StringIf("title", node.Text("title"));
        _json.StringIf("description", numbers.Count > 1
            ? $"{node.Text("description")} One of {string.Join(", ", numbers.Select(static n => n.GetRawText()))}.".TrimStart()
            : node.Text("description"));
        if (node.IsNullable || (node.Members.TryGetValue("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True))
        {
            _json.WriteBoolean("nullable"u8, value: true);
        }

        _json.StringsIf("enum", type == "STRING" ? TextsOf(values) : []);
        WriteFormat(node, type);
        WriteLimits(node, type, numbers);
        if (type == "ARRAY")
        {
            WriteItems(node, depth);
        }
        else if (type == "OBJECT")
        {
            WriteProperties(node, depth);
        }
    }

    // An empty one among them is refused.
    private static List<string> TextsOf(List<JsonElement> values) =>
        [.. values.Where(static v => v.ValueKind == JsonValueKind.String).Select(static v => v.GetString()!).Where(static t => t.Length > 0)];

    // What const and enum count up, without null.
    private static List<JsonElement> ValuesOf(GeminiSchemaNode node)
    {
        var values = node.Members.TryGetValue("const", out var only) ? [only]
            : node.Members.TryGetValue("enum", out var all) && all.ValueKind == JsonValueKind.Array ? all.EnumerateArray().ToList()
            : [];
        node.IsNullable |= values.RemoveAll(static v => v.ValueKind == JsonValueKind.Null) > 0;
        return values;
    }

    // Of texts only these two are taken, others are refused.
    private void WriteFormat(GeminiSchemaNode node, string? type)
    {
        if (node.Text("format") is { } format && (type != "STRING" || format is "date-time" or "enum") && type is "STRING" or "NUMBER" or "INTEGER")
        {
            _json.WriteString("format"u8, format);
        }
    }

    // Of numbers that are counted up the bounds are what can be said.
    private void WriteLimits(GeminiSchemaNode node, string type, List<JsonElement> numbers)
    {
        foreach (var name in Counts)
        {
            if (node.Members.TryGetValue(name, out var count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt64(out var number))
            {
                _json.WriteString(name, number.ToString(CultureInfo.InvariantCulture)); // int64 is a text in protobuf's JSON
            }
        }

        if (numbers.Count > 0)
        {
            WriteBound("minimum", numbers.MinBy(static n => n.GetDouble()));
            WriteBound("maximum", numbers.MaxBy(static n => n.GetDouble()));
        }
        else
        {
            WriteBound(node, type, "minimum", "exclusiveMinimum");
            WriteBound(node, type, "maximum", "exclusiveMaximum");
        }

        if (type == "STRING")
        {
            _json.StringIf("pattern", node.Text("pattern"));
        }
    }

    private void WriteBound(GeminiSchemaNode node, string? type, string name, string exclusive)
    {
        if (type is "NUMBER" or "INTEGER"
            && (node.Members.TryGetValue(name, out var bound) || node.Members.TryGetValue(exclusive, out bound)) && bound.ValueKind == JsonValueKind.Number)
        {
            WriteBound(name, bound);
        }
    }

    private void WriteBound(string name, JsonElement bound)
    {
        _json.WritePropertyName(name);
        bound.WriteTo(_json);
    }

    private void WriteItems(GeminiSchemaNode node, int depth)
    {
        _json.WritePropertyName("items"u8);
        if (node.Members.TryGetValue("items", out var items) && items.ValueKind == JsonValueKind.Object)
        {
            Write(Flat(items, node.Path), depth + 1);
            return;
        }

        var each = (node.Members.TryGetValue("prefixItems", out var prefix) ? prefix : items) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().ToList() : [];
        if (each.Count == 0)
        {
            _json.WriteStartObject(); // a list of anything: it must have items, and text can say anything
            _json.WriteString("type"u8, "STRING"u8);
            _json.WriteEndObject();
            return;
        }

        var any = new GeminiSchemaNode { Path = node.Path };
        any.Variants.AddRange(each);
        Write(any, depth + 1);
    }

    // An object without properties has no such member: an empty one is refused.
    private void WriteProperties(GeminiSchemaNode node, int depth)
    {
        if (node.Properties.Count == 0)
        {
            return;
        }

        _json.WriteStartObject("properties"u8);
        foreach (var (name, schema) in node.Properties)
        {
            _json.WritePropertyName(name);
            Write(Flat(schema, node.Path), depth + 1);
        }

        _json.WriteEndObject();
        _json.StringsIf("required", [.. node.Required.Where(node.Properties.ContainsKey)]);
        if (node.Members.TryGetValue("propertyOrdering", out var order) && order.ValueKind == JsonValueKind.Array)
        {
            _json.WritePropertyName("propertyOrdering"u8);
            order.WriteTo(_json);
        }
    }
}
