using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Values of a parsed body, for readers into the neutral form: members by name, and slices of the body instead of copies.</summary>
internal static class JsonReading
{
    /// <summary>The member; false where it is missing or null.</summary>
    public static bool TryMember(this JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    /// <inheritdoc cref="TryMember(JsonElement,string,out JsonElement)"/>
    public static bool TryMember(this JsonElement element, ReadOnlySpan<byte> name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    /// <summary>The member's text; null where it is missing or no string.</summary>
    public static string? Text(this JsonElement element, string name) => element.TryMember(name, out var value) ? value.AsText() : null;

    /// <summary>The member's number; null where it is missing, no number, or too large to be one.</summary>
    public static double? Number(this JsonElement element, string name) => element.TryMember(name, out var value) ? value.AsNumber() : null;

    /// <summary>The member's whole number (2.0 is one); null where it is missing, no number, or not whole.</summary>
    public static long? Integer(this JsonElement element, string name) => element.TryMember(name, out var value) ? value.AsInteger() : null;

    /// <summary>The member's truth; null where it is missing or no boolean.</summary>
    public static bool? Boolean(this JsonElement element, string name) => element.TryMember(name, out var value) ? value.AsBoolean() : null;

    public static string? AsText(this JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static double? AsNumber(this JsonElement value) => value.ValueKind == JsonValueKind.Number ? NumberOf(JsonMarshal.GetRawUtf8Value(value)) : null;

    public static long? AsInteger(this JsonElement value) => value.ValueKind == JsonValueKind.Number ? IntegerOf(JsonMarshal.GetRawUtf8Value(value)) : null;

    /// <summary>What a JSON number says; null where it is too large to be one.</summary>
    public static double? NumberOf(ReadOnlySpan<byte> json) =>
        Utf8Parser.TryParse(json, out double number, out var length) && length == json.Length && double.IsFinite(number) ? number : null;

    /// <summary>What a JSON number says; null where it is not whole.</summary>
    public static long? IntegerOf(ReadOnlySpan<byte> json) =>
        Utf8Parser.TryParse(json, out long number, out var length) && length == json.Length ? number
        : Utf8Parser.TryParse(json, out decimal fraction, out length) && length == json.Length
            && fraction == decimal.Truncate(fraction) && Math.Abs(fraction) < long.MaxValue ? (long)fraction
        : null;

    public static bool? AsBoolean(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>The member as it stands in the body; empty where it is missing or null.</summary>
    public static ReadOnlyMemory<byte> Raw(this JsonElement element, string name, ReadOnlyMemory<byte> body) =>
        element.TryMember(name, out var value) ? value.Slice(body) : default;

    /// <summary>The bytes of a value as a slice of the body that it was parsed from.</summary>
    public static ReadOnlyMemory<byte> Slice(this JsonElement value, ReadOnlyMemory<byte> body)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        var start = (long)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(body.Span), ref MemoryMarshal.GetReference(raw));
        return start >= 0 && start + raw.Length <= body.Length
            ? body.Slice((int)start, raw.Length)
            : raw.ToArray(); // the document was not parsed from this body
    }

    /// <summary>The inside of a string as a slice of the body, for values that have no escapes (base64, addresses).</summary>
    public static ReadOnlyMemory<byte> StringSlice(this JsonElement value, ReadOnlyMemory<byte> body)
    {
        var quoted = value.Slice(body);
        return quoted.Span.Contains((byte)'\\')
            ? System.Text.Encoding.UTF8.GetBytes(value.GetString()!) // an escaped slash, in base64
            : quoted[1..^1];
    }

    /// <summary>The elements of an array, each read by itself.</summary>
    /// <param name="path">Where the array stands.</param>
    public static List<T> Each<T>(this JsonElement list, FieldPath path, Func<JsonElement, FieldPath, T> read)
    {
        var all = new List<T>(list.GetArrayLength());
        foreach (var element in list.EnumerateArray())
        {
            all.Add(read(element, path[all.Count]));
        }

        return all;
    }

    /// <summary>The mark of <c>cache_control</c>; null where there is none.</summary>
    public static CacheMark? CacheMark(this JsonElement element) =>
        element.TryMember("cache_control"u8, out var mark) && mark.ValueKind == JsonValueKind.Object ? new(mark.Text("ttl"))
        : element.TryMember("prompt_cache_breakpoint"u8, out _) ? new()
        : null;
}
