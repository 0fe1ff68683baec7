using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects;

/// <summary>Finds the events of a stream that has one JSON value on each line, however its bytes are split. Lines end with LF or CRLF, the last
/// one also with the stream; empty ones are passed over.</summary>
/// <remarks>The buffer is rented while bytes are in it. Not thread-safe; dispose it once.</remarks>
internal sealed class NdjsonFramer(int eventBytesMax) : IEventFramer
{
    private PooledBuffer _buffer;
    private int _line;
    private int _scanned;

    public bool IsTooLong => _buffer.Length - _line > eventBytesMax;

    public Memory<byte> Room(int sizeHint)
    {
        Compact();
        return _buffer.ReserveMemory(sizeHint);
    }

    public void Filled(int count) => _buffer.Advance(count);

    public bool TryRead(out ReadOnlySpan<byte> data)
    {
        var span = _buffer.Span;
        while (span[_scanned..].IndexOf((byte)'\n') is >= 0 and var at)
        {
            data = Trimmed(span[_line..(_scanned + at)]);
            _line = _scanned += at + 1;
            if (!data.IsEmpty)
            {
                return true;
            }
        }

        _scanned = span.Length;
        data = default;
        return false;
    }

    public bool TryReadLast(out ReadOnlySpan<byte> data)
    {
        data = Trimmed(_buffer.Span[_line..]);
        _line = _scanned = _buffer.Length;
        return !data.IsEmpty;
    }

    public void Dispose() => _buffer.Dispose();

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> line) => line.Trim(" \r"u8);

    // Drops the lines that have been given out.
    private void Compact()
    {
        if (_line == 0)
        {
            return;
        }

        _buffer.DropFront(_line);
        _scanned -= _line;
        _line = 0;
    }
}
