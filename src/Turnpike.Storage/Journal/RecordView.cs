namespace Turnpike.Storage.Journal;

/// <summary>A whole and proven record in the ring. Valid until it is released.</summary>
internal readonly unsafe struct RecordView(byte* start, long sequence, RecordType type)
{
    public long Sequence { get; } = sequence;

    public RecordType Type { get; } = type;

    public HoldView Hold => new(new RecordReader(start + JournalFormat.RecordHeaderBytes));

    public SettlementView Settlement => new(new RecordReader(start + JournalFormat.RecordHeaderBytes));
}
