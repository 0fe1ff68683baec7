using System.Buffers.Binary;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Finds the messages of Amazon's binary event stream (<c>application/vnd.amazon.eventstream</c>), however its bytes are split, and checks
/// their checksums. Given out is the whole message, for <see cref="EventStreamMessage"/>.</summary>
/// <remarks>A message that is damaged is given out as an empty one, which is no event; after it nothing can be found any more. A message that is cut
/// off by the stream's end is none. (Source: AWS, "Event stream encoding", 2026-08.)</remarks>
internal sealed class EventStreamFramer(int eventBytesMax) : IEventFramer
{
    public const int PreludeBytes = 12;

    public const int ChecksumBytes = 4;

    private PooledBuffer _buffer;
    private int _start;
    private bool _isBroken;

    /// <inheritdoc/>
    public bool IsTooLong { get; private set; }

    /// <inheritdoc/>
    public Memory<byte> Room(int sizeHint)
    {
        if (_start > 0)
        {
            _buffer.DropFront(_start);
            _start = 0;
        }

        return _buffer.ReserveMemory(sizeHint);
    }

    /// <inheritdoc/>
    public void Filled(int count) => _buffer.Advance(count);

    /// <inheritdoc/>
    public bool TryRead(out ReadOnlySpan<byte> data)
    {
        data = default;
        var rest = _buffer.Span[_start..];
        if (_isBroken || IsTooLong || rest.Length < PreludeBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
        if (!IsSound(rest[..PreludeBytes]) || length < PreludeBytes + ChecksumBytes || headers > length - PreludeBytes - ChecksumBytes)
        {
            return _isBroken = true;
        }

        IsTooLong = length > eventBytesMax;
        if (IsTooLong || rest.Length < length)
        {
            return false;
        }

        var message = rest[..(int)length];
        _start += message.Length;
        _isBroken = !IsSound(message);
        data = _isBroken ? default : message;
        return true;
    }

    /// <inheritdoc/>
    public bool TryReadLast(out ReadOnlySpan<byte> data)
    {
        data = default;
        return false;
    }

    public void Dispose() => _buffer.Dispose();

    // Both checksums stand behind what they are of.
    private static bool IsSound(ReadOnlySpan<byte> summed) =>
        Crc32.Of(summed[..^ChecksumBytes]) == BinaryPrimitives.ReadUInt32BigEndian(summed[^ChecksumBytes..]);
}
