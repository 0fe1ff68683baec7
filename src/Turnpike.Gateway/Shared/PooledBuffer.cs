using System.Diagnostics;

namespace Turnpike.Gateway.Shared;

/// <summary>Bytes in a rented array that grows. Whoever makes it disposes it, once; an empty one holds nothing.</summary>
/// <remarks>Not thread-safe, and a struct: pass it by reference.</remarks>
internal struct PooledBuffer : IDisposable
{
    private byte[]? _array;

    public int Length { get; private set; }

    public readonly ReadOnlyMemory<byte> Memory => _array.AsMemory(0, Length);

    public readonly ReadOnlySpan<byte> Span => _array.AsSpan(0, Length);

    /// <summary>What was written, to be changed in place.</summary>
    public readonly Span<byte> Writable => _array.AsSpan(0, Length);

    /// <summary>Room for at least <paramref name="sizeHint"/> more bytes; what was written of it is told by <see cref="Advance"/>.</summary>
    public Span<byte> Reserve(int sizeHint)
    {
        if (_array is null || _array.Length - Length < sizeHint)
        {
            Grow(sizeHint);
        }

        return _array.AsSpan(Length);
    }

    public Memory<byte> ReserveMemory(int sizeHint)
    {
        _ = Reserve(sizeHint);
        return _array.AsMemory(Length);
    }

    public void Advance(int count)
    {
        Debug.Assert(_array is not null && Length + count <= _array.Length, "More was written than was reserved.");
        Length += count;
    }

    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Appends what another buffer holds and empties it; its array is taken over where nothing is here yet.</summary>
    public void Take(scoped ref PooledBuffer other)
    {
        if (Length == 0)
        {
            Dispose();
            this = other;
            other = default;
            return;
        }

        Append(other.Span);
        other.Dispose();
    }

    /// <summary>Forgets what was written after a point.</summary>
    public void Truncate(int length)
    {
        Debug.Assert(length <= Length, "A buffer is cut, not stretched.");
        Length = length;
    }

    /// <summary>Forgets what stands first; the rest moves to the front. Where there is none, the array goes back.</summary>
    public void DropFront(int count)
    {
        Debug.Assert(count <= Length, "What is dropped was written.");
        if (count == Length)
        {
            Dispose();
        }
        else if (count > 0)
        {
            _array.AsSpan(count, Length - count).CopyTo(_array);
            Length -= count;
        }
    }

    /// <summary>Gives the array back; the buffer is empty and may be used again.</summary>
    public void Dispose()
    {
        if (_array is { } array)
        {
            _array = null;
            Length = 0;
            BytePool.Return(array);
        }
    }

    private void Grow(int sizeHint)
    {
        var wanted = Math.Max(checked(Length + sizeHint), _array is null ? 1024 : Math.Min(_array.Length, Array.MaxLength / 2) * 2);
        var bigger = BytePool.Rent(wanted);
        if (_array is { } old)
        {
            old.AsSpan(0, Length).CopyTo(bigger);
            BytePool.Return(old);
        }

        _array = bigger;
    }
}
