using System.Buffers;

namespace Turnpike.Hosting.Logging;

/// <summary>Takes finished log lines from many threads and writes them to one stream in order, from a thread of its own.</summary>
/// <remarks>Nobody who logs ever waits for the stream: what does not fit into <see cref="PendingBytesMax"/> is dropped and counted,
/// and the
/// count is written as soon as there is room. Disposing writes what is left.</remarks>
internal sealed class LogSink : IDisposable
{
    /// <summary>Lines that wait to be written, bytes. A stream that is stuck costs at most twice this.</summary>
    internal const int PendingBytesMax = 1 << 20;

    private readonly Lock _gate = new();
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
        lock (_gate)
        {
            if (_pending.WrittenCount + line.Length > PendingBytesMax)
            {
                _dropped++;
                return;
            }

            _pending.Write(line);
        }

        _wake.Set();
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

        _wake.Set();
        _writer.Join(TimeSpan.FromSeconds(2)); // A stream that nobody reads must not keep the process alive.
    }

    private void Run()
    {
        bool closed;
        do
        {
            _wake.WaitOne();
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
