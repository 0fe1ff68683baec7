namespace Turnpike.Storage.Journal;

/// <summary>A run of records in the ring, proven whole, for the store to apply. Reused for each batch; used by one thread.</summary>
internal sealed class JournalBatch(RingJournal journal)
{
    private bool[] _ended = new bool[1024];

    public JournalPosition Start { get; private set; }

    public JournalPosition End { get; private set; }

    public int Count { get; private set; }

    public int Settlements { get; private set; }

    /// <summary>The oldest entry's place in the sequence.</summary>
    public long FirstSequence => Start.Sequence + 1;

    /// <summary>Takes the records from a position on, up to a limit. False when there is none.</summary>
    internal bool Fill(JournalPosition start, int countMax)
    {
        Start = start;
        Count = 0;
        Settlements = 0;
        var position = start.Position;
        var sequence = start.Sequence;
        while (Count < countMax && journal.TryRead(ref position, sequence + 1, out var record))
        {
            sequence++;
            Mark(record);
            Count++;
        }

        End = start with { Sequence = sequence, Position = position };
        return Count > 0;
    }

    /// <summary>Reads the next record; begin with <see cref="Start"/>.</summary>
    public bool TryRead(ref JournalPosition at, out RecordView record)
    {
        record = default;
        var position = at.Position;
        if (at.Sequence >= End.Sequence || !journal.TryRead(ref position, at.Sequence + 1, out record))
        {
            return false;
        }

        at = at with { Sequence = at.Sequence + 1, Position = position };
        return true;
    }

    /// <summary>Whether the hold of that sequence also ends in this batch.</summary>
    public bool Contains(long holdSequence) => holdSequence >= FirstSequence;

    /// <summary>Whether a hold of this batch ends in it.</summary>
    public bool EndsHere(long holdSequence) => _ended[holdSequence - FirstSequence];

    private void Mark(in RecordView record)
    {
        if (Count == _ended.Length)
        {
            Array.Resize(ref _ended, _ended.Length * 2);
        }

        _ended[Count] = false;
        if (record.Type != RecordType.Settlement)
        {
            return;
        }

        Settlements++;
        var hold = record.Settlement.HoldSequence;
        if (Contains(hold))
        {
            _ended[hold - FirstSequence] = true;
        }
    }
}
