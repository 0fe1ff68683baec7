using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>The names of members that a reader knows: told from their bytes without a new text for each.</summary>
internal sealed class JsonNames(params IEnumerable<string> names)
{
    private const int LengthMax = 64;

    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _names =
        names.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The member's name where it is known, else null.</summary>
    public string? Find(in JsonProperty member)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        Span<char> chars = stackalloc char[LengthMax];
        return raw.Length <= LengthMax && Encoding.UTF8.TryGetChars(raw, chars, out var written) && _names.TryGetValue(chars[..written], out var known)
            ? known
            : raw.Contains((byte)'\\') && _names.TryGetValue(member.Name, out known) ? known : null;
    }
}
