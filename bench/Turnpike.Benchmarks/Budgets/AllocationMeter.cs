using System.Diagnostics;

namespace Turnpike.Benchmarks.Budgets;

/// <summary>Weighs an operation: bytes that it allocates on the thread that runs it.</summary>
public static class AllocationMeter
{
    /// <summary>Operations a round; a slow one has fewer, but one at least.</summary>
    private const int RoundRuns = 10_000;

    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(1);

    /// <summary>The bytes of one operation in its steady state, rounded up: one byte in ten thousand operations is not zero.</summary>
    /// <param name="enough">Measuring ends when a round has no more than this.</param>
    /// <param name="patience">Measuring ends after this, and after two rounds at least.</param>
    /// <remarks>The least of all rounds counts: earlier ones run code that is not compiled for good yet, and now and then a pool that was
    /// emptied by a collection is filled again.</remarks>
    public static long BytesOf(IOperation operation, long enough, TimeSpan patience)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var started = Stopwatch.GetTimestamp();
        Round(operation); // warms up
        long least = long.MaxValue;
        do
        {
            least = Math.Min(least, Round(operation));
        }
        while (least > enough && Stopwatch.GetElapsedTime(started) < patience);

        return least;
    }

    private static long Round(IOperation operation)
    {
        var started = Stopwatch.GetTimestamp();
        var runs = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        do
        {
            operation.Run();
        }
        while (++runs < RoundRuns && Stopwatch.GetElapsedTime(started) < RoundTime);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return (allocated + runs - 1) / runs;
    }
}
