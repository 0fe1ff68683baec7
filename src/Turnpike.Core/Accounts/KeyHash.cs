using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Turnpike.Core.Accounts;

/// <summary>SHA-256 of a key's whole text. The only form in which a key is kept; shown as 64 lower-case hexadecimal characters.</summary>
public readonly record struct KeyHash(ulong A, ulong B, ulong C, ulong D)
{
    public const int ByteLength = 32;

    /// <summary>Hashes a key as the caller sent it.</summary>
    public static KeyHash Of(ReadOnlySpan<char> key)
    {
        Span<byte> utf8 = stackalloc byte[512];
        if (!Encoding.UTF8.TryGetBytes(key, utf8, out var length))
        {
            throw new ArgumentException("A key is at most 512 bytes.", nameof(key));
        }

        Span<byte> hash = stackalloc byte[ByteLength];
        SHA256.HashData(utf8[..length], hash);
        return FromBytes(hash);
    }

    public static KeyHash FromBytes(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64BigEndian(hash),
        BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));

    /// <summary>Reads the hexadecimal form; false when it is not one.</summary>
    public static bool TryParse(string? hex, out KeyHash hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (hex is null || hex.Length != ByteLength * 2
            || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        hash = FromBytes(bytes);
        return true;
    }

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, A);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], D);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[ByteLength];
        CopyTo(bytes);
        return bytes;
    }

    public override int GetHashCode() => unchecked((int)A);

    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
