namespace Turnpike.Gateway.Telemetry;

/// <summary>Counts values into fixed buckets. Recording is wait-free, allocates nothing and takes some nanoseconds.</summary>
/// <remarks>Thread-safe. A reader may see a value in its bucket and not yet in the sum; the count is the sum of the buckets, so
/// the cumulative buckets always agree with it.</remarks>
internal sealed class Histogram(long[] bounds)
{
    private readonly long[] _buckets = new long[bounds.Length + 1];
    private long _sum;

    /// <summary>The upper bounds of all buckets but the last, inclusive, ascending, in the unit of the values.</summary>
    public ReadOnlySpan<long> Bounds => bounds;

    public long Sum => Volatile.Read(ref _sum);

    public void Record(long value)
    {
        var i = 0;
        while (i < bounds.Length && value > bounds[i])
        {
            i++;
        }

        Interlocked.Increment(ref _buckets[i]);
        Interlocked.Add(ref _sum, value);
    }

    /// <summary>Values in a bucket alone; the last one is beyond all bounds.</summary>
    public long InBucket(int index) => Volatile.Read(ref _buckets[index]);
}
