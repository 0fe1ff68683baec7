using System.Diagnostics;
using System.Runtime.CompilerServices;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Storage.Journal;

/// <summary>The journal: a ring of records in a mapped file. The book appends at its tail, the applier takes from its head.</summary>
/// <remarks>One appends at a time (the book's lock sees to it); one applies, beside it. The ring is the queue: what recovery reads after
/// a crash and what the applier reads in health are the same bytes.</remarks>
internal sealed unsafe class RingJournal : IJournal
{
    private readonly DurabilityLevel _durability;
    private JournalFile? _file;
    private byte* _ring;
    private long _ringBytes;
    private uint _epoch;

    // Positions in bytes since the epoch began. The tail is the appender's, the head the applier's; the other side only reads.
    private long _tail;
    private long _head;
    private long _tailSequence;
    private long _headSequence;
    private long _durableSequence;
    private int _openHolds;
    private int _applierSleeps;

    // The book's lock orders the appenders already; this one, never contended, keeps the mapping from being closed under one of them.
    private readonly Lock _gate = new();

    public RingJournal(DurabilityLevel durability)
    {
        _durability = durability;
        Applied = new(() => Volatile.Read(ref _headSequence));
        Durable = new(() => Volatile.Read(ref _durableSequence));
    }

    /// <summary>Holds that this process has appended and not ended.</summary>
    public int OpenHolds => Volatile.Read(ref _openHolds);

    public long UnappliedRecords => Volatile.Read(ref _tailSequence) - Volatile.Read(ref _headSequence);

    public long UnappliedBytes => Volatile.Read(ref _tail) - Volatile.Read(ref _head);

    public long RingBytes => _ringBytes;

    /// <summary>Those who wait for the store to have what was appended.</summary>
    internal SequenceWaiters Applied { get; }

    /// <summary>Those who wait for the disk to have it.</summary>
    internal SequenceWaiters Durable { get; }

    /// <summary>Set when records have come and the applier sleeps, or when somebody waits.</summary>
    internal AutoResetEvent Wake { get; } = new(false);

    /// <summary>Set when somebody waits for the disk.</summary>
    internal AutoResetEvent FlushWanted { get; } = new(false);

    internal long TailSequence => Volatile.Read(ref _tailSequence);

    public bool TryAppendHold(Hold hold, string model, string? externalUser)
    {
        ArgumentNullException.ThrowIfNull(hold);
        lock (_gate)
        {
            var needed = JournalFormat.HoldBytesMax + ((_openHolds + 1L) * JournalFormat.SettlementReserve) + JournalFormat.Slack;
            if (_file is null || Free < needed)
            {
                return false;
            }

            var length = RecordCodec.WriteHold(Payload(JournalFormat.HoldBytesMax), hold, model, externalUser);
            hold.JournalSequence = Publish(RecordType.Hold, length);
            _openHolds++;
            return true;
        }
    }

    public void AppendSettlement(Hold hold, SettlementKind kind, NanoUsd charged, GenerationRecord record)
    {
        ArgumentNullException.ThrowIfNull(hold);
        ArgumentNullException.ThrowIfNull(record);
        lock (_gate)
        {
            if (_file is null)
            {
                throw new InvalidOperationException("The journal is closed; the hold stays open and is expired at the next start.");
            }

            var keptForOthers = ((_openHolds - 1L) * JournalFormat.SettlementReserve) + JournalFormat.Slack;
            var isRoomy = Free >= JournalFormat.RecordBytesMax + keptForOthers;
            var limits = isRoomy ? TextLimits.Wide : TextLimits.Narrow;
            var room = isRoomy ? JournalFormat.RecordBytesMax : JournalFormat.SettlementReserve;
            Debug.Assert(Free >= JournalFormat.SettlementReserve, "Every open hold has room for its end.");
            var length = RecordCodec.WriteSettlement(Payload(room), hold, kind, charged, record, limits);
            Publish(RecordType.Settlement, length);
            _openHolds--;
        }
    }

    public ValueTask WaitDurableAsync()
    {
        if (_durability == DurabilityLevel.Process)
        {
            return default;
        }

        var wait = Durable.WaitFor(TailSequence);
        FlushWanted.Set();
        return new(wait);
    }

    public Task WaitAppliedAsync(CancellationToken cancellationToken)
    {
        var wait = Applied.WaitFor(TailSequence);
        if (wait.IsCompleted)
        {
            return wait;
        }

        Wake.Set();
        return wait.WaitAsync(cancellationToken);
    }

    /// <summary>Looks whether this version can take over what a data folder's journal holds, before the schema is raised: what it cannot read, an
    /// older version can, but only as long as the schema is that version's.</summary>
    /// <exception cref="InvalidDataException">It cannot.</exception>
    internal static void EnsureReadable(string dataDirectory)
    {
        var path = JournalFile.PathIn(dataDirectory);
        if (File.Exists(path))
        {
            using var file = JournalFile.Open(path, ringBytes: 0);
            new RingJournal(DurabilityLevel.Process).Recover(file, stored: null);
        }
    }

    /// <summary>Opens the file and finds what a dead process has left in it. Nothing can be appended before <see cref="Begin"/>.</summary>
    /// <param name="stored">How far the store says that it has applied this journal; null when it does not know it.</param>
    /// <returns>How many records are to be applied.</returns>
    /// <exception cref="InvalidDataException">Another version has written some of them, in a shape that this one cannot read.</exception>
    internal long Recover(JournalFile file, JournalPosition? stored)
    {
        // The store's word is the newer one when the process died between its commit and the header; in a tie the header's is, since
        // a new epoch is written there first.
        var applied = stored is { } known && known.Sequence > file.Header.Applied.Sequence ? known : file.Header.Applied;
        _ring = file.Ring;
        _ringBytes = file.RingBytes;
        _epoch = applied.Epoch;
        _head = applied.Position;
        _headSequence = applied.Sequence;
        _tail = long.MaxValue;
        var position = applied.Position;
        var sequence = applied.Sequence;
        while (TryRead(ref position, sequence + 1, out var record))
        {
            if (!record.HasOurShape)
            {
                throw new InvalidDataException("The journal holds bookings that another version of Turnpike has written and that the database may not have yet. "
                    + "Start that version once, on this data folder, and stop it; then start this one.");
            }

            sequence++;
        }

        _tail = position;
        _tailSequence = sequence;
        return sequence - applied.Sequence;
    }

    /// <summary>Begins a new epoch on an empty ring; from here on it takes records.</summary>
    /// <returns>Where it begins, for the store to note before the first record.</returns>
    internal JournalPosition Begin(JournalFile file)
    {
        if (_headSequence != _tailSequence)
        {
            throw new InvalidOperationException("The journal still has records that the store has not.");
        }

        _epoch = checked(_epoch + 1);
        _head = 0;
        _tail = 0;
        var start = new JournalPosition(_headSequence, _epoch, 0);
        file.WriteHeader(start);
        file.Flush();
        _durableSequence = _headSequence;
        Volatile.Write(ref _file, file);
        return start;
    }

    /// <summary>Takes no more records.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _file = null;
        }
    }

    /// <summary>Says that the disk has everything up to a sequence.</summary>
    internal void MarkDurable(long sequence)
    {
        Volatile.Write(ref _durableSequence, sequence);
        Durable.Complete(sequence);
    }

    internal JournalPosition Head => new(_headSequence, _epoch, _head);

    /// <summary>Gives back the room of what the store has.</summary>
    internal void Release(JournalFile file, JournalPosition applied)
    {
        file.WriteHeader(applied);
        Volatile.Write(ref _headSequence, applied.Sequence);
        Volatile.Write(ref _head, applied.Position);
        Applied.Complete(applied.Sequence);
    }

    /// <summary>Says that the applier goes to sleep; true when it may, false when records have come meanwhile.</summary>
    internal bool TrySleep()
    {
        Volatile.Write(ref _applierSleeps, 1);
        // Against the fence in Publish: either we see the record, or the appender sees that we sleep.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _tailSequence) == _headSequence)
        {
            return true;
        }

        Volatile.Write(ref _applierSleeps, 0);
        return false;
    }

    /// <summary>Reads the record at a position, if it is whole and the one expected, and moves behind it.</summary>
    internal bool TryRead(ref long position, long sequence, out RecordView record)
    {
        record = default;
        if (position >= Volatile.Read(ref _tail))
        {
            return false;
        }

        // Proof of the pointer arithmetic: a length is believed only up to the ring's end, and a position leaves room for a header there.
        var place = position % _ringBytes;
        var start = _ring + place;
        var length = _ringBytes - place < JournalFormat.RecordHeaderBytes ? 0 : Unsafe.ReadUnaligned<int>(start + JournalFormat.LengthAt);
        if (length is < JournalFormat.RecordHeaderBytes or > JournalFormat.RecordBytesMax || length > _ringBytes - place || length % 8 != 0
            || Unsafe.ReadUnaligned<long>(start + JournalFormat.SequenceAt) != sequence
            || Unsafe.ReadUnaligned<uint>(start + JournalFormat.EpochAt) != _epoch
            || Unsafe.ReadUnaligned<uint>(start + JournalFormat.ChecksumAt) != Checksum.Of(new(start + JournalFormat.LengthAt, length - JournalFormat.LengthAt)))
        {
            return false;
        }

        record = new(start, sequence, (RecordType)start[JournalFormat.TypeAt]);
        position = Normalise(position + length);
        return true;
    }

    private long Free => _ringBytes - (_tail - Volatile.Read(ref _head));

    private Span<byte> Payload(int recordBytesMax) =>
        new(_ring + (_tail % _ringBytes) + JournalFormat.RecordHeaderBytes, recordBytesMax - JournalFormat.RecordHeaderBytes);

    private long Publish(RecordType type, int payloadBytes)
    {
        var start = _ring + (_tail % _ringBytes);
        var unpadded = JournalFormat.RecordHeaderBytes + payloadBytes;
        var length = (unpadded + 7) & ~7;
        new Span<byte>(start + unpadded, length - unpadded).Clear();
        var sequence = _tailSequence + 1;
        Unsafe.WriteUnaligned(start + JournalFormat.LengthAt, length);
        Unsafe.WriteUnaligned(start + JournalFormat.SequenceAt, sequence);
        Unsafe.WriteUnaligned(start + JournalFormat.EpochAt, _epoch);
        Unsafe.WriteUnaligned(start + JournalFormat.TypeAt, (uint)type);
        Unsafe.WriteUnaligned(start + JournalFormat.ChecksumAt, Checksum.Of(new(start + JournalFormat.LengthAt, length - JournalFormat.LengthAt)));
        Volatile.Write(ref _tail, Normalise(_tail + length));
        Volatile.Write(ref _tailSequence, sequence);
        Interlocked.MemoryBarrier();
        if (_applierSleeps == 1)
        {
            Volatile.Write(ref _applierSleeps, 0);
            Wake.Set();
        }

        return sequence;
    }

    private long Normalise(long position)
    {
        var left = _ringBytes - (position % _ringBytes);
        return left < JournalFormat.RecordBytesMax ? position + left : position;
    }
}
