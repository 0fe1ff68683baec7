using System.Buffers;

namespace Turnpike.Hosting.Logging;

/// <summary>Takes finished log lines from many threads and writes them to one stream in order, from a thread of its own.</summary>
/// <remarks>Nobody who logs ever waits for the stream: what does not fit into <see cref="PendingBytesMax"/> is dropped and counted,
/// and the count is written as soon as there is room. Lines are gathered for <see cref="Gather"/>, so that a busy gateway wakes the
/// writer twenty times a second and not once a line. Disposing writes what is left.</remarks>
internal sealed class LogSink : IDisposable
{
    /// <summary>Lines that wait to be written, bytes. A stream that is stuck costs at most twice this.</summary>
    internal const int PendingBytesMax = 1 << 20;

    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly ManualResetEvent _stop = new(false);
    private readonly AutoResetEvent _wake = new(false);
    private readonly Stream _output;
    private readonly Thread _writer;
    private ArrayBufferWriter<byte> _pending = new(16 << 10);
    private ArrayBufferWriter<byte> _writing = new(16 << 10);
    private long _dropped;
    private bool _closed;

    public LogSink(Stream output)
    {
        _output = output;
        _writer = new Thread(Run) { IsBackground = true, Name = "Turnpike log" };
        _writer.Start();
    }

    /// <summary>Takes one line, line feed included.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        bool isFirst;
        lock (_gate)
        {
            if (_pending.WrittenCount + line.Length > PendingBytesMax)
            {
                _dropped++;
                return;
            }

            isFirst = _pending.WrittenCount == 0;
            _pending.Write(line);
        }

        if (isFirst)
        {
            _wake.Set();
        }
    }

    /// <summary>Lines that were dropped since the last call.</summary>
    public long TakeDropped() => Interlocked.Exchange(ref _dropped, 0);

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
        }

        _stop.Set();
        _wake.Set();
        _writer.Join(TimeSpan.FromSeconds(2)); // A stream that nobody reads must not keep the process alive.
    }

    private void Run()
    {
        bool closed;
        do
        {
            _wake.WaitOne();
            _stop.WaitOne(Gather);
            lock (_gate)
            {
                (_pending, _writing) = (_writing, _pending);
                closed = _closed;
            }

            try
            {
                _output.Write(_writing.WrittenSpan);
                _output.Flush();
            }
            catch (IOException)
            {
                // Whoever read our log has gone; there is no other place to say so, and serving goes on.
            }

            _writing.ResetWrittenCount();
        }
        while (!closed);
    }
}
