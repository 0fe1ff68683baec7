using System.Buffers.Binary;

namespace Turnpike.Storage.Journal;

/// <summary>What the journal's file says of itself. <see cref="Applied"/> may lag behind the store, never run ahead of it.</summary>
internal sealed record JournalHeader
{
    private const int Bytes = 64;

    public required Guid Id { get; init; }

    /// <summary>Grows with each writing; the slot with the higher one is the valid one.</summary>
    public required ulong Counter { get; init; }

    public required long RingBytes { get; init; }

    /// <summary>From where on the ring's records may not have been applied.</summary>
    public required JournalPosition Applied { get; init; }

    public void WriteTo(Span<byte> slot)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(slot, JournalFormat.Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[8..], Counter);
        Id.TryWriteBytes(slot[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(slot[32..], RingBytes);
        BinaryPrimitives.WriteInt64LittleEndian(slot[40..], Applied.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(slot[48..], Applied.Position);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[56..], Applied.Epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[60..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[Bytes..], Checksum.Of(slot[..Bytes]));
    }

    /// <summary>The header in a slot; null when there is none or it was torn.</summary>
    public static JournalHeader? ReadFrom(ReadOnlySpan<byte> slot)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(slot) != JournalFormat.Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(slot[Bytes..]) != Checksum.Of(slot[..Bytes]))
        {
            return null;
        }

        return new()
        {
            Counter = BinaryPrimitives.ReadUInt64LittleEndian(slot[8..]),
            Id = new Guid(slot[16..32]),
            RingBytes = BinaryPrimitives.ReadInt64LittleEndian(slot[32..]),
            Applied = new(
                BinaryPrimitives.ReadInt64LittleEndian(slot[40..]),
                BinaryPrimitives.ReadUInt32LittleEndian(slot[56..]),
                BinaryPrimitives.ReadInt64LittleEndian(slot[48..])),
        };
    }
}
