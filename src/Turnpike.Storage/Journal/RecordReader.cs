using System.Runtime.CompilerServices;
using Turnpike.Core.Accounts;

namespace Turnpike.Storage.Journal;

/// <summary>Reads the fields of a record in the order in which <see cref="RecordWriter"/> wrote them.</summary>
/// <remarks>Unsafe: it trusts lengths inside a record. A record is only read after its check sum has proved it to be
/// what was written, and, of what another process has written, after <see cref="RecordShape"/> has proved that it was written so.</remarks>
internal unsafe struct RecordReader(byte* at)
{
    private byte* _at = at;

    public byte Byte() => *_at++;

    public int Int()
    {
        var value = Unsafe.ReadUnaligned<int>(_at);
        _at += sizeof(int);
        return value;
    }

    public int? NullableInt()
    {
        var value = Int();
        return value == JournalFormat.NoNumber ? null : value;
    }

    public long Long()
    {
        var value = Unsafe.ReadUnaligned<long>(_at);
        _at += sizeof(long);
        return value;
    }

    /// <summary>The 32 bytes of a hash, where they stand.</summary>
    public TextView HashBytes()
    {
        var view = new TextView(_at, KeyHash.ByteLength);
        _at += KeyHash.ByteLength;
        return view;
    }

    public TextView Text()
    {
        var length = Unsafe.ReadUnaligned<ushort>(_at);
        _at += sizeof(ushort);
        if (length == JournalFormat.NoText)
        {
            return default;
        }

        var view = new TextView(_at, length);
        _at += length;
        return view;
    }
}
