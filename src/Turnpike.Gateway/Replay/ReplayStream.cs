using System.Buffers.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Replay;

/// <summary>The response body of a request that runs on its own: what is written goes into a log. Of an event stream each event gets its
/// <c>id:</c> line, and comments are left out: they keep a connection alive, and every reader has its own.</summary>
/// <param name="named">Told the generation's id when the answer begins.</param>
internal sealed class ReplayStream(HttpContext context, ReplayLog log, Action<string> named) : Stream
{
    private PooledBuffer _unfinished;
    private bool _isEventStream;
    private long _id;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Begin();
        if (!_isEventStream)
        {
            log.Append(new(0, buffer.ToArray()));
            return;
        }

        _unfinished.Append(buffer);
        TakeEvents();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>The head where no body followed it.</summary>
    public void Begin()
    {
        if (log.Head is null)
        {
            _isEventStream = context.Response.ContentType == "text/event-stream";
            if (context.Response.Headers["X-Generation-Id"] is [{ } generation])
            {
                named(generation);
            }

            log.Begin(context.Response.StatusCode, [.. context.Response.Headers]);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _unfinished.Dispose();
        base.Dispose(disposing);
    }

    private void TakeEvents()
    {
        var rest = _unfinished.Span;
        for (int end; (end = rest.IndexOf("\n\n"u8)) >= 0; rest = rest[(end + 2)..])
        {
            var piece = rest[..(end + 2)];
            if (piece[0] != ':')
            {
                log.Append(new(++_id, WithId(_id, piece)));
            }
        }

        byte[] kept = rest.ToArray();
        _unfinished.Truncate(0);
        _unfinished.Append(kept);
    }

    private static byte[] WithId(long id, ReadOnlySpan<byte> piece)
    {
        Span<byte> number = stackalloc byte[20];
        Utf8Formatter.TryFormat(id, number, out var digits);
        return [.. "id: "u8, .. number[..digits], .. "\n"u8, .. piece];
    }
}
