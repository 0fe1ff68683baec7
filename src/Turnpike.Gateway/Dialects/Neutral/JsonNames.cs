using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>The names of a body's members that a reader knows: told from their bytes without a new text for each.</summary>
internal sealed class JsonNames
{
    private readonly (byte[] Utf8, string Name)[][] _byLength;

    private readonly byte[] _messages;

    /// <param name="dialect">Of the bodies, one of <see cref="Core.Catalog.Dialects"/>.</param>
    /// <param name="messages">The member that the messages stand in.</param>
    /// <param name="names">All that is known.</param>
    public JsonNames(string dialect, string messages, IReadOnlyCollection<string> names)
    {
        (Dialect, _messages) = (dialect, Encoding.ASCII.GetBytes(messages));
        _byLength = new (byte[], string)[names.Max(static n => n.Length) + 1][];
        for (var length = 0; length < _byLength.Length; length++)
        {
            _byLength[length] = [.. names.Where(n => n.Length == length).Select(static n => (Encoding.ASCII.GetBytes(n), n))];
        }
    }

    public string Dialect { get; }

    public ReadOnlySpan<byte> Messages => _messages;

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
