using System.Collections.Immutable;
using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>The members of one object, walked over once: for an object of which a reader asks for dozens of names, most of which are not there.
/// It answers as <see cref="JsonReading"/> does.</summary>
internal readonly ref struct JsonMembers
{
    private readonly (string Name, JsonElement Value)[] _known;
    private readonly JsonElement _element;
    private readonly JsonNames _names;
    private readonly bool _hasOthers;
    private readonly ulong _lengths; // a bit for each length of a name that is there: most names that are asked for are not

    /// <param name="element">An object.</param>
    /// <param name="known">All names that are asked for.</param>
    public JsonMembers(JsonElement element, JsonNames known)
    {
        var members = new (string, JsonElement)[element.GetPropertyCount()];
        var count = 0;
        foreach (var member in element.EnumerateObject())
        {
            if (known.Find(member) is { } name)
            {
                members[count++] = (name, member.Value);
                _lengths |= 1UL << (name.Length & 63);
            }
        }

        _hasOthers = count < members.Length;
        _known = _hasOthers ? members[..count] : members;
        (_element, _names) = (element, known);
    }

    /// <inheritdoc cref="JsonReading.TryMember(JsonElement,string,out JsonElement)"/>
    public bool TryMember(string name, out JsonElement value)
    {
        if ((_lengths & (1UL << (name.Length & 63))) != 0)
        {
            for (var i = _known.Length - 1; i >= 0; i--)
            {
                if (_known[i].Name == name)
                {
                    value = _known[i].Value;
                    return value.ValueKind != JsonValueKind.Null;
                }
            }
        }

        value = default;
        return false;
    }

    /// <inheritdoc cref="JsonReading.Text"/>
    public string? Text(string name) => TryMember(name, out var value) ? value.AsText() : null;

    /// <inheritdoc cref="JsonReading.Number"/>
    public double? Number(string name) => TryMember(name, out var value) ? value.AsNumber() : null;

    /// <inheritdoc cref="JsonReading.Integer"/>
    public long? Integer(string name) => TryMember(name, out var value) ? value.AsInteger() : null;

    /// <inheritdoc cref="JsonReading.Boolean"/>
    public bool? Boolean(string name) => TryMember(name, out var value) ? value.AsBoolean() : null;

    /// <summary>The strings of an array; none where it is missing or no array.</summary>
    public ImmutableArray<string> Texts(string name) => TryMember(name, out var value) && value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Where(static t => t.ValueKind == JsonValueKind.String).Select(static t => t.GetString()!)]
        : [];

    /// <inheritdoc cref="JsonNames.Others"/>
    public List<RawMember> Others(string dialect, ReadOnlyMemory<byte> body) => _hasOthers ? _names.Others(_element, dialect, body) : [];

    /// <inheritdoc cref="JsonReading.Raw"/>
    public ReadOnlyMemory<byte> Raw(string name, ReadOnlyMemory<byte> body) => TryMember(name, out var value) ? value.Slice(body) : default;
}
