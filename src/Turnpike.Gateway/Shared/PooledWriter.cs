using System.Buffers;

namespace Turnpike.Gateway.Shared;

/// <summary>A <see cref="PooledBuffer"/> for what writes to an <see cref="IBufferWriter{T}"/>: a JSON writer asks for room for the longest that a text
/// may become, and that room is rented, not made anew for each request.</summary>
/// <param name="capacity">Bytes to begin with.</param>
internal sealed class PooledWriter(int capacity) : IBufferWriter<byte>, IDisposable
{
    private PooledBuffer _buffer;

    public void Advance(int count) => _buffer.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.ReserveMemory(Room(sizeHint));

    public Span<byte> GetSpan(int sizeHint = 0) => _buffer.Reserve(Room(sizeHint));

    /// <summary>Hands over what was written; whoever takes it disposes it.</summary>
    public PooledBuffer Take()
    {
        var taken = _buffer;
        _buffer = default;
        return taken;
    }

    public void Dispose() => _buffer.Dispose();

    private int Room(int sizeHint) => Math.Max(sizeHint, _buffer.Length == 0 ? capacity : 1);
}
