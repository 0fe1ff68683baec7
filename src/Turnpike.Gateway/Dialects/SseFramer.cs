using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects;

/// <summary>Finds the events of a stream of server-sent events, however its bytes are split: lines end with LF, CR or CRLF, data
/// with or without a space, comments anywhere, the last event with or without its empty line.</summary>
/// <remarks>Only the data of events is given out; names, ids and retry times are not part of any chat dialect. The buffer is rented
/// while bytes are in it. Not thread-safe; dispose it once. (Source: WHATWG HTML, 9.2.5 "Parsing an event stream".)</remarks>
internal sealed class SseFramer(int eventBytesMax) : IEventFramer
{
    private PooledBuffer _buffer;
    private PooledBuffer _joined;
    private int _line;
    private int _scanned;
    private int _dataStart;
    private int _dataEnd;
    private int _dataLines;
    private bool _skipLineFeed;

    /// <inheritdoc/>
    public bool IsTooLong => _buffer.Length + _joined.Length > eventBytesMax;

    /// <inheritdoc/>
    public Memory<byte> Room(int sizeHint)
    {
        Compact();
        return _buffer.ReserveMemory(sizeHint);
    }

    /// <inheritdoc/>
    public void Filled(int count) => _buffer.Advance(count);

    /// <inheritdoc/>
    public bool TryRead(out ReadOnlySpan<byte> data)
    {
        while (TryReadLine(out var start, out var end))
        {
            if (end > start)
            {
                TakeLine(start, end);
            }
            else if (_dataLines > 0)
            {
                data = TakeData();
                return true;
            }
        }

        data = default;
        return false;
    }

    /// <inheritdoc/>
    public bool TryReadLast(out ReadOnlySpan<byte> data)
    {
        if (_line < _buffer.Length)
        {
            TakeLine(_line, _buffer.Length);
            _line = _scanned = _buffer.Length;
        }

        data = _dataLines > 0 ? TakeData() : default;
        return !data.IsEmpty;
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _joined.Dispose();
    }

    private bool TryReadLine(out int start, out int end)
    {
        var span = _buffer.Span;
        if (_skipLineFeed && _line < span.Length)
        {
            _skipLineFeed = false;
            if (span[_line] == '\n')
            {
                _line++;
                _scanned = Math.Max(_scanned, _line);
            }
        }

        start = _line;
        var at = span[_scanned..].IndexOfAny((byte)'\n', (byte)'\r');
        if (at < 0)
        {
            _scanned = span.Length;
            end = 0;
            return false;
        }

        end = _scanned + at;
        _skipLineFeed = span[end] == '\r';
        _line = _scanned = end + 1;
        return true;
    }

    private void TakeLine(int start, int end)
    {
        var line = _buffer.Span[start..end];
        if (!line.StartsWith("data"u8) || (line.Length > 4 && line[4] != ':'))
        {
            return;
        }

        var valueStart = Math.Min(start + 5, end);
        if (valueStart < end && _buffer.Span[valueStart] == ' ')
        {
            valueStart++;
        }

        // One line of data stays where it is; more are joined in a buffer of their own. By spaces, since what is copied of it goes out on one line:
        // in JSON a line can end only where white space may stand.
        if (++_dataLines == 1)
        {
            (_dataStart, _dataEnd) = (valueStart, end);
            return;
        }

        if (_dataLines == 2)
        {
            _joined.Append(_buffer.Span[_dataStart.._dataEnd]);
        }

        _joined.Append(" "u8);
        _joined.Append(_buffer.Span[valueStart..end]);
    }

    private ReadOnlySpan<byte> TakeData()
    {
        var isJoined = _dataLines > 1;
        _dataLines = 0;
        if (!isJoined)
        {
            return _buffer.Span[_dataStart.._dataEnd];
        }

        var data = _joined.Span;
        _joined.Truncate(0);
        return data;
    }

    // Drops what has been given out: the bytes before the line (or the data) that is still being read.
    private void Compact()
    {
        var from = _dataLines == 1 ? Math.Min(_dataStart, _line) : _line;
        if (from == 0)
        {
            return;
        }

        _buffer.DropFront(from);
        _line -= from;
        _scanned -= from;
        _dataStart -= from;
        _dataEnd -= from;
    }
}
