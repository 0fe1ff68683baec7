using System.Buffers;

namespace Turnpike.Gateway.Shared;

/// <summary>Where buffers are rented. The runtime's own pool keeps 32 arrays of a size for each core, fewer than a core has requests open: whoever
/// rents the next one makes it anew.</summary>
internal static class BytePool
{
    private const int SmallMax = 16 << 10;
    private const int SmallKept = 256; // of each size
    private const int PartsMax = 8;

    private static readonly ArrayPool<byte>[] Small =
        [.. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, PartsMax)).Select(static _ => ArrayPool<byte>.Create(SmallMax, SmallKept))];

    public static byte[] Rent(int length) => length <= SmallMax ? Part.Rent(length) : ArrayPool<byte>.Shared.Rent(length);

    public static void Return(byte[] array) => (array.Length <= SmallMax ? Part : ArrayPool<byte>.Shared).Return(array);

    // Any part takes back what another gave.
    private static ArrayPool<byte> Part => Small[Thread.GetCurrentProcessorId() % Small.Length];
}
