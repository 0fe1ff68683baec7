using System.Buffers.Binary;
using Turnpike.Core.Accounts;

namespace Turnpike.Storage.Journal;

/// <summary>Tells records that <see cref="RecordCodec"/> writes from those of versions that wrote others.</summary>
/// <remarks>A test holds the bytes of a record fast. Who changes what a record says changes <see cref="JournalFormat.Magic"/> as well, unless
/// this tells the older ones by their shape.</remarks>
internal static class RecordShape
{
    private const int HoldNumbers = (4 * sizeof(long)) + KeyHash.ByteLength;
    private const int HoldTexts = 3;
    private const int AttemptCountAt = (7 * sizeof(long)) + 3;
    private const int SettlementNumbers = (7 * sizeof(long)) + 4 + (12 * sizeof(int)) + KeyHash.ByteLength;
    private const int AttemptNumbers = (2 * sizeof(int)) + sizeof(long);
    private const int AttemptTexts = 3;
    private const int Padding = 8;

    /// <summary>Whether a payload is one of ours to its end but for padding.</summary>
    public static bool IsOurs(RecordType type, ReadOnlySpan<byte> payload)
    {
        var at = 0;
        var isOurs = type switch
        {
            RecordType.Hold => Skip(payload, ref at, HoldNumbers, HoldTexts),
            RecordType.Settlement => SkipSettlement(payload, ref at),
            _ => false, // a number from a file
        };
        return isOurs && payload.Length - at < Padding;
    }

    private static bool SkipSettlement(ReadOnlySpan<byte> payload, ref int at)
    {
        // The id, and all texts but the last, which is JSON where it is there: padding would pass for an empty text.
        if (!Skip(payload, ref at, SettlementNumbers, SettlementView.TextCount))
        {
            return false;
        }

        var details = at + sizeof(ushort);
        if (!Skip(payload, ref at, 0, 1) || (at > details && payload[details] != (byte)'{') || (at == details && payload[at - 1] != byte.MaxValue))
        {
            return false;
        }

        for (var left = payload[AttemptCountAt]; left > 0; left--)
        {
            if (!Skip(payload, ref at, AttemptNumbers, AttemptTexts))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Goes behind numbers and the texts that follow them; false where they do not end within the payload.</summary>
    private static bool Skip(ReadOnlySpan<byte> payload, ref int at, int numbers, int texts)
    {
        at += numbers;
        for (; texts > 0; texts--)
        {
            if (at + sizeof(ushort) > payload.Length)
            {
                return false;
            }

            var length = BinaryPrimitives.ReadUInt16LittleEndian(payload[at..]);
            at += sizeof(ushort) + (length == JournalFormat.NoText ? 0 : length);
        }

        return at <= payload.Length;
    }
}
