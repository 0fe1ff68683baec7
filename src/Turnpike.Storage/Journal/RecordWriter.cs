using System.Buffers.Binary;
using System.Text.Unicode;
using Turnpike.Core.Accounts;

namespace Turnpike.Storage.Journal;

/// <summary>Writes the fields of a record one after the other. Allocates nothing.</summary>
internal ref struct RecordWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    public void Byte(byte value) => _target[Length++] = value;

    public void Int(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_target[Length..], value);
        Length += sizeof(int);
    }

    public void Int(int? value) => Int(value ?? JournalFormat.NoNumber);

    public void Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_target[Length..], value);
        Length += sizeof(long);
    }

    public void Hash(KeyHash value)
    {
        value.CopyTo(_target[Length..]);
        Length += KeyHash.ByteLength;
    }

    /// <summary>Writes at most <paramref name="bytesMax"/> bytes of a text, whole characters only.</summary>
    public void Text(string? value, int bytesMax)
    {
        if (value is null)
        {
            Short(JournalFormat.NoText);
            return;
        }

        var room = _target.Slice(Length + sizeof(ushort), bytesMax);
        // Too small a destination is no error here: what fits is kept, cut between characters.
        Utf8.FromUtf16(value, room, out _, out var written);
        // PostgreSQL has no text with a zero in it, and one caller's odd byte must not hold up everybody's booking.
        room[..written].Replace((byte)0, (byte)'?');
        Short((ushort)written);
        Length += written;
    }

    private void Short(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_target[Length..], value);
        Length += sizeof(ushort);
    }
}
