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

    /// <summary>The name that a reader stands at where it is known, else null.</summary>
    public string? Find(ref Utf8JsonReader json) => Find(json.ValueIsEscaped ? Encoding.UTF8.GetBytes(json.GetString()!) : json.ValueSpan);

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
