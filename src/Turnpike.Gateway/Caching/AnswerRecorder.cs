using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Caching;

/// <summary>A response body that takes down what goes through it, up to a limit.</summary>
internal sealed class AnswerRecorder(Stream inner, int bytesMax) : Stream
{
    private PooledBuffer _taken;
    private bool _isTooLong;

    /// <summary>All that was written; null where that was more than the limit.</summary>
    public byte[]? Taken => _isTooLong ? null : _taken.Span.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Nobody writes without waiting.");

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Take(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _taken.Dispose();
        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (_isTooLong || _taken.Length + bytes.Length > bytesMax)
        {
            _isTooLong = true;
            _taken.Dispose();
            return;
        }

        _taken.Append(bytes);
    }
}
