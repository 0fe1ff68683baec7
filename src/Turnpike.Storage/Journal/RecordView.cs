using System.Runtime.CompilerServices;

namespace Turnpike.Storage.Journal;

/// <summary>A whole and proven record in the ring. Valid until it is released.</summary>
internal readonly unsafe struct RecordView(byte* start, long sequence, RecordType type)
{
    public long Sequence { get; } = sequence;

    public RecordType Type { get; } = type;

    /// <summary>Whether it is written as this version writes; only then it may be read.</summary>
    public bool HasOurShape => RecordShape.IsOurs(Type, new(start + JournalFormat.RecordHeaderBytes, Length - JournalFormat.RecordHeaderBytes));

    private int Length => Unsafe.ReadUnaligned<int>(start + JournalFormat.LengthAt);

    public HoldView Hold => new(new RecordReader(start + JournalFormat.RecordHeaderBytes));

    public SettlementView Settlement => new(new RecordReader(start + JournalFormat.RecordHeaderBytes));
}
