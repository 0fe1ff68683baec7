namespace Turnpike.Benchmarks.Stubs;

/// <summary>A provider's stream that gives one event a read, at once, as a provider does that sends token by token.</summary>
internal sealed class ScriptedStream(int chunks) : Stream
{
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Begins again.</summary>
    public void Rewind() => _at = 0;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var next = _at < chunks ? Samples.Chunk : _at == chunks ? Samples.Finish : [];
        _at++;
        next.CopyTo(buffer);
        return new(next.Length);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
