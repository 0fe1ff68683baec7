using System.Text;
using System.Text.Json;

namespace Turnpike.Configuration.Documents;

/// <summary>Gives one string for the same short text: the documents of a catalogue say the same names, words and numbers over and over.
/// For one thread, and one loading.</summary>
internal sealed class TextPool
{
    private const int BytesMax = 40;
    private const int Slots = 4096;

    private readonly string?[] _kept = new string?[Slots];

    /// <summary>The text of the string, name or number that the reader stands on.</summary>
    public string Take(ref Utf8JsonReader reader)
    {
        var bytes = reader.ValueSpan;
        if (bytes.Length > BytesMax || reader.ValueIsEscaped)
        {
            return reader.TokenType == JsonTokenType.Number ? Encoding.UTF8.GetString(bytes) : reader.GetString()!; // what is no null has text
        }

        ref var kept = ref _kept[SlotOf(bytes)];
        return kept is not null && Ascii.Equals(bytes, kept) ? kept : kept = Encoding.UTF8.GetString(bytes);
    }

    private static uint SlotOf(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261; // FNV-1a
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 16777619;
        }

        return (hash ^ (hash >> 15)) % Slots;
    }
}
