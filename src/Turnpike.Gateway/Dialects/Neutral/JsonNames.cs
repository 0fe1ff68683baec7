using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>The names of members that a reader knows: told from their bytes without a new text for each.</summary>
internal sealed class JsonNames
{
    private readonly (byte[] Utf8, string Name)[][] _byLength;

    public JsonNames(IReadOnlyCollection<string> names)
    {
        _byLength = new (byte[], string)[names.Max(static n => n.Length) + 1][];
        for (var length = 0; length < _byLength.Length; length++)
        {
            _byLength[length] = [.. names.Where(n => n.Length == length).Select(static n => (Encoding.ASCII.GetBytes(n), n))];
        }
    }

    /// <summary>An object's members of other names, in order, but for nulls.</summary>
    /// <param name="dialect">That the object is of, one of <see cref="Core.Catalog.Dialects"/>.</param>
    /// <param name="body">That the object was parsed from.</param>
    public List<RawMember> Others(JsonElement element, string dialect, ReadOnlyMemory<byte> body)
    {
        List<RawMember> others = [];
        foreach (var member in element.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && Find(member) is null)
            {
                others.Add(new(dialect, member.Name, member.Value.Slice(body)));
            }
        }

        return others;
    }

    /// <summary>The member's name where it is known, else null.</summary>
    public string? Find(in JsonProperty member)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        return raw.Contains((byte)'\\') ? Find(Encoding.UTF8.GetBytes(member.Name)) : Find(raw);
    }

    private string? Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length < _byLength.Length)
        {
            foreach (var (known, name) in _byLength[utf8.Length])
            {
                if (utf8.SequenceEqual(known))
                {
                    return name;
                }
            }
        }

        return null;
    }
}
