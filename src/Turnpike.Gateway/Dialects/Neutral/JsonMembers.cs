using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>The members of a request's body, walked over once: a reader asks for dozens of names, most of which are not there. It answers as
/// <see cref="JsonReading"/> does. What is parsed further lives as long as this does; slices live as long as the body.</summary>
internal sealed class JsonMembers : IDisposable
{
    private readonly JsonNames _names;
    private (string Name, ReadOnlyMemory<byte> Value, JsonElement Parsed)[] _known = new (string, ReadOnlyMemory<byte>, JsonElement)[8];
    private int _count;
    private ulong _there; // a bit for each name, or several: most that are asked for are not there
    private List<JsonDocument>? _parsed;
    private List<RawMember>? _others;

    private JsonMembers(ReadOnlyMemory<byte> body, JsonNames names) => (Body, _names) = (body, names);

    /// <summary>That everything here is a slice of.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Members of other names, in order, but for nulls.</summary>
    public IReadOnlyList<RawMember> Others => _others ?? [];

    /// <summary>All members of a body, which is an object.</summary>
    /// <param name="isPlain">The first pass found it plain (<see cref="InferenceRequest.IsPlain"/>).</param>
    /// <param name="messages">Those of a plain body. Null where they are to be read yet: they are a member like others.</param>
    public static JsonMembers Read(ReadOnlyMemory<byte> body, JsonNames names, bool isPlain, out List<Message>? messages)
    {
        var members = new JsonMembers(body, names);
        messages = isPlain ? PlainBody.Read(members, body, names.Messages) : null;
        return messages is null ? Parsed(body, names) : members;
    }

    /// <summary>Takes a member.</summary>
    /// <param name="json">At its name; at the end of its value afterwards.</param>
    public void Add(ref Utf8JsonReader json)
    {
        var name = _names.Find(ref json);
        var other = name is null ? json.GetString()! : "";
        json.Read();
        var start = (int)json.TokenStartIndex;
        var isNull = json.TokenType == JsonTokenType.Null;
        json.Skip();
        var value = Body[start..(int)json.BytesConsumed];
        if (name is not null)
        {
            Keep(name, isNull ? default : value, default);
        }
        else if (!isNull)
        {
            (_others ??= []).Add(new(_names.Dialect, other, value));
        }
    }

    /// <inheritdoc cref="JsonReading.TryMember(JsonElement,string,out JsonElement)"/>
    public bool TryMember(string name, out JsonElement value)
    {
        var at = Find(name);
        if (at < 0 || _known[at].Value.IsEmpty)
        {
            value = default;
            return false;
        }

        value = _known[at].Parsed;
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            var document = JsonDocument.Parse(_known[at].Value);
            (_parsed ??= []).Add(document);
            value = document.RootElement;
        }

        return true;
    }

    /// <summary>True where the member is there, and not null.</summary>
    public bool Has(string name) => !Raw(name).IsEmpty;

    /// <inheritdoc cref="JsonReading.Text"/>
    public string? Text(string name) => MayHave(name) ? TextOf(Raw(name)) : null;

    /// <inheritdoc cref="JsonReading.Number"/>
    public double? Number(string name) => MayHave(name) ? NumberOf(Raw(name)) : null;

    /// <inheritdoc cref="JsonReading.Integer"/>
    public long? Integer(string name) => MayHave(name) ? IntegerOf(Raw(name)) : null;

    /// <inheritdoc cref="JsonReading.Boolean"/>
    public bool? Boolean(string name) => MayHave(name) ? BooleanOf(Raw(name)) : null;

    /// <summary>The strings of an array; none where it is missing or no array.</summary>
    public ImmutableArray<string> Texts(string name) => TryMember(name, out var value) && value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Where(static t => t.ValueKind == JsonValueKind.String).Select(static t => t.GetString()!)]
        : [];

    /// <summary>The mark of <c>cache_control</c>, for the whole prompt; null where there is none.</summary>
    public CacheMark? CacheMark() => TryMember("cache_control", out var mark) && mark.ValueKind == JsonValueKind.Object ? new(mark.Text("ttl")) : null;

    /// <summary>The member as it stands in the body; empty where it is missing or null.</summary>
    public ReadOnlyMemory<byte> Raw(string name) => Find(name) is >= 0 and var at ? _known[at].Value : default;

    public void Dispose() => _parsed?.ForEach(static d => d.Dispose());

    // For bodies in which most is nested, and strings are long: their escapes are gone over once.
    private static JsonMembers Parsed(ReadOnlyMemory<byte> body, JsonNames names)
    {
        var members = new JsonMembers(body, names);
        var document = JsonDocument.Parse(body);
        members._parsed = [document];
        foreach (var member in document.RootElement.EnumerateObject())
        {
            var value = member.Value.ValueKind == JsonValueKind.Null ? default : member.Value.Slice(body);
            if (names.Find(member) is { } name)
            {
                members.Keep(name, value, member.Value);
            }
            else if (!value.IsEmpty)
            {
                (members._others ??= []).Add(new(names.Dialect, member.Name, value));
            }
        }

        return members;
    }

    // Of two of one name the last is meant.
    private int Find(string name)
    {
        var at = MayHave(name) ? _count - 1 : -1;
        while (at >= 0 && _known[at].Name != name)
        {
            at--;
        }

        return at;
    }

    private void Keep(string name, ReadOnlyMemory<byte> value, JsonElement parsed)
    {
        if (_count == _known.Length)
        {
            Array.Resize(ref _known, 2 * _count);
        }

        _known[_count++] = (name, value, parsed);
        _there |= BitOf(name);
    }

    // No call for what is not there: the names are constants, so this is a test of one bit.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MayHave(string name) => (_there & BitOf(name)) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BitOf(string name) => 1UL << ((name.Length + (7 * name[0])) & 63);

    private static string? TextOf(ReadOnlyMemory<byte> raw)
    {
        if (raw.Span is not [(byte)'"', ..])
        {
            return null;
        }

        var json = new Utf8JsonReader(raw.Span);
        json.Read();
        return json.GetString();
    }

    private static double? NumberOf(ReadOnlyMemory<byte> raw) => IsNumber(raw) ? JsonReading.NumberOf(raw.Span) : null;

    private static long? IntegerOf(ReadOnlyMemory<byte> raw) => IsNumber(raw) ? JsonReading.IntegerOf(raw.Span) : null;

    private static bool? BooleanOf(ReadOnlyMemory<byte> raw) => raw.Span switch
    {
        [(byte)'t', ..] => true,
        [(byte)'f', ..] => false,
        _ => null,
    };

    private static bool IsNumber(ReadOnlyMemory<byte> raw) => raw.Span is [(byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..];
}
