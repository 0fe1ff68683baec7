using System.Buffers.Binary;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Finds the messages of AWS's binary event streams (<c>application/vnd.amazon.eventstream</c>), however their bytes are split, and gives
/// each as JSON: <c>{"contentBlockDelta":{…}}</c>, or <c>{"exception":"throttlingException","body":{…}}</c>.</summary>
/// <remarks>A message is: its length, the length of its headers, the check sum of these two, headers, payload, the check sum of all before. One
/// whose check sums are wrong, or whose lengths cannot be, is given as what no reader takes, and nothing follows it.</remarks>
internal sealed class EventStreamFramer(int eventBytesMax) : IEventFramer
{
    private const int PreludeBytes = 12;
    private const int TailBytes = 4;

    private PooledBuffer _buffer;
    private PooledBuffer _event;
    private int _taken;
    private bool _isBroken;

    public bool IsTooLong => _buffer.Length - _taken > eventBytesMax + PreludeBytes + TailBytes;

    public Memory<byte> Room(int sizeHint)
    {
        Compact();
        return _buffer.ReserveMemory(sizeHint);
    }

    public void Filled(int count) => _buffer.Advance(count);

    public bool TryRead(out ReadOnlySpan<byte> data)
    {
        data = default;
        var rest = _buffer.Span[_taken..];
        if (_isBroken || rest.Length < PreludeBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
        if (Crc32.Of(rest[..8]) != BinaryPrimitives.ReadUInt32BigEndian(rest[8..])
            || length < PreludeBytes + TailBytes || headers > length - PreludeBytes - TailBytes || length > eventBytesMax)
        {
            return Broken(out data);
        }

        if (rest.Length < length)
        {
            return false;
        }

        var message = rest[..(int)length];
        if (Crc32.Of(message[..^TailBytes]) != BinaryPrimitives.ReadUInt32BigEndian(message[^TailBytes..]))
        {
            return Broken(out data);
        }

        _taken += (int)length;
        var end = PreludeBytes + (int)headers;
        return Give(message[PreludeBytes..end], message[end..^TailBytes], out data);
    }

    public bool TryReadLast(out ReadOnlySpan<byte> data)
    {
        data = default;
        return _buffer.Length > _taken && !_isBroken && Broken(out data); // a message that was cut in two
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _event.Dispose();
    }

    private bool Give(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> data)
    {
        if (!EventStreamHeaders.TryRead(headers, out var read))
        {
            return Broken(out data);
        }

        _event.Truncate(0);
        var body = payload.IsEmpty ? "{}"u8 : payload;
        if (read.IsFailure)
        {
            _event.Append("{\"exception\":"u8);
            _event.Append(JsonText.Quote(read.Failure));
            _event.Append(",\"body\":"u8);
        }
        else
        {
            _event.Append("{"u8);
            _event.Append(JsonText.Quote(read.EventType));
            _event.Append(":"u8);
        }

        _event.Append(body);
        _event.Append("}"u8);
        data = _event.Span;
        return true;
    }

    private bool Broken(out ReadOnlySpan<byte> data)
    {
        _isBroken = true;
        data = "broken"u8;
        return true;
    }

    private void Compact()
    {
        if (_taken == 0)
        {
            return;
        }

        var rest = _buffer.Span[_taken..];
        if (rest.IsEmpty)
        {
            _buffer.Dispose();
        }
        else
        {
            var kept = rest.Length;
            rest.CopyTo(_buffer.Writable);
            _buffer.Truncate(kept);
        }

        _taken = 0;
    }
}
