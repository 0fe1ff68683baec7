using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>The members of one object, walked over once: for an object of which a reader asks for dozens of names, most of which are not there.
/// It answers as <see cref="JsonReading"/> does.</summary>
internal readonly ref struct JsonMembers
{
    private readonly (string Name, JsonElement Value)[] _known;

    /// <param name="element">An object.</param>
    /// <param name="known">All names that are asked for.</param>
    public JsonMembers(JsonElement element, JsonNames known)
    {
        var members = new (string, JsonElement)[element.GetPropertyCount()];
        var count = 0;
        List<JsonProperty>? others = null;
        foreach (var member in element.EnumerateObject())
        {
            if (known.Find(member) is { } name)
            {
                members[count++] = (name, member.Value);
            }
            else
            {
                (others ??= []).Add(member);
            }
        }

        _known = count == members.Length ? members : members[..count];
        Others = others ?? [];
    }

    /// <summary>Members of other names, in order.</summary>
    public IReadOnlyList<JsonProperty> Others { get; }

    /// <inheritdoc cref="JsonReading.TryMember"/>
    public bool TryMember(string name, out JsonElement value)
    {
        for (var i = _known.Length - 1; i >= 0; i--)
        {
            if (_known[i].Name == name)
            {
                value = _known[i].Value;
                return value.ValueKind != JsonValueKind.Null;
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

    /// <inheritdoc cref="JsonReading.Raw"/>
    public ReadOnlyMemory<byte> Raw(string name, ReadOnlyMemory<byte> body) => TryMember(name, out var value) ? value.Slice(body) : default;
}
