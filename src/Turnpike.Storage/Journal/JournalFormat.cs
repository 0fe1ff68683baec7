namespace Turnpike.Storage.Journal;

/// <summary>The shape of the journal's file, version 1. All numbers are little-endian.</summary>
/// <remarks>A page of two header slots (written in turn, each with its own check sum, so that one is always whole), then the ring.
/// A record: check sum (CRC-32C of all that follows), length of the whole record (a multiple of 8), sequence, epoch, type, payload.
/// No record begins in the last <see cref="RecordBytesMax"/> bytes of the ring: writer and reader both go on at its beginning, so a
/// record is never cut in two and no wrap marker is needed. A position counts bytes since the epoch began; its remainder by the
/// ring's size is the place in the ring. An epoch is one opening of the file: what an earlier one left behind never looks valid.</remarks>
internal static class JournalFormat
{
    public const ulong Magic = 0x314C4E4A4B505254; // "TRPKJNL1"
    public const int HeaderBytes = 4096;
    public const int HeaderSlotBytes = 512;

    public const int RecordHeaderBytes = 24;
    public const int ChecksumAt = 0;
    public const int LengthAt = 4;
    public const int SequenceAt = 8;
    public const int EpochAt = 16;
    public const int TypeAt = 20;

    /// <summary>The longest record: a settlement with every text at its limit and the most attempts, rounded up.</summary>
    public const int RecordBytesMax = 16 * 1024;

    /// <summary>The longest hold.</summary>
    public const int HoldBytesMax = 768;

    /// <summary>What is kept free for the end of each open hold. A settlement is written within it when the ring has no more to give;
    /// its texts are then cut shorter and its attempts left out.</summary>
    public const int SettlementReserve = 1024;

    /// <summary>Kept free beyond the reserves, for what is left unused at the ring's end.</summary>
    public const int Slack = 2 * RecordBytesMax;

    public const int AttemptsMax = 16;

    /// <summary>Stands for null where a length or a number may be missing.</summary>
    public const ushort NoText = ushort.MaxValue;
    public const int NoNumber = int.MinValue;
}
