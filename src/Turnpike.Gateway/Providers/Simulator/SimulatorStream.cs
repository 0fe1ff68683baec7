namespace Turnpike.Gateway.Providers.Simulator;

/// <summary>The event stream of a simulated answer. Each event comes into being when it is read, not before it is due; nothing runs in
/// between, so an answer that nobody reads any more costs nothing.</summary>
internal sealed class SimulatorStream(SimulatorWire wire, SimulatorAnswer answer, TimeProvider time) : Stream
{
    private readonly long _start = time.GetTimestamp();
    private ReadOnlyMemory<byte> _rest;
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Waits for the next event that is due, then gives as many due events as there is room for.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var written = 0;
        while (written < buffer.Length && (!_rest.IsEmpty || _next < wire.EventCount))
        {
            if (_rest.IsEmpty)
            {
                var wait = DueAt(_next) - time.GetElapsedTime(_start);
                if (wait > TimeSpan.Zero)
                {
                    if (written > 0)
                    {
                        break;
                    }

                    await Task.Delay(wait, time, cancellationToken);
                }

                _rest = wire.WriteEvent(_next++);
            }

            var count = Math.Min(_rest.Length, buffer.Length - written);
            _rest.Span[..count].CopyTo(buffer.Span[written..]);
            _rest = _rest[count..];
            written += count;
        }

        return written;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The simulator is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // The role comes at once, the first token after its delay, the others at their pace, the end with the last token.
    private TimeSpan DueAt(int index)
    {
        var token = Math.Min(index, answer.CompletionTokens) - 1;
        return token < 0 ? TimeSpan.Zero
            : answer.TokensPerSecond is { } pace ? answer.FirstTokenAfter + TimeSpan.FromSeconds((double)token / pace) : answer.FirstTokenAfter;
    }
}
