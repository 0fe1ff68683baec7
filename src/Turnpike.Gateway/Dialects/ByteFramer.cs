using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects;

/// <summary>The framer of a stream that is bytes and no events: what has come is an event, and an empty one is the end.</summary>
internal sealed class ByteFramer : IEventFramer
{
    private PooledBuffer _buffer;
    private bool _isTaken;

    public bool IsTooLong => false;

    public Memory<byte> Room(int sizeHint)
    {
        if (_isTaken)
        {
            _buffer.Truncate(0);
            _isTaken = false;
        }

        return _buffer.ReserveMemory(sizeHint);
    }

    public void Filled(int count) => _buffer.Advance(count);

    public bool TryRead(out ReadOnlySpan<byte> data)
    {
        data = _isTaken ? default : _buffer.Span;
        _isTaken = true;
        return !data.IsEmpty;
    }

    public bool TryReadLast(out ReadOnlySpan<byte> data)
    {
        data = default;
        return true;
    }

    public void Dispose() => _buffer.Dispose();
}
