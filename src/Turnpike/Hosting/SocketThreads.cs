using System.Globalization;
using System.Runtime.InteropServices;

namespace Turnpike.Hosting;

/// <summary>Makes the runtime's threads that wait for sockets take their turn, on Linux.</summary>
/// <remarks>They wake for what comes in, hand it to a worker, and sleep. Linux lets a thread that wakes push aside the one that runs: on a busy core
/// that is two switches for nearly every packet. As batch threads they have the same share of the core and wait for the worker to be done, or for the next
/// tick, so that what came in meanwhile is handed over at once. A core that is idle is taken at once, as before. What it is worth stands in bench/README.md.
/// (Source: sched(7), SCHED_BATCH.)</remarks>
internal static partial class SocketThreads
{
    private const string Name = ".NET Sockets"; // the runtime's, of SocketAsyncEngine
    private const string Threads = "/proc/self/task";
    private const int Batch = 3;

    /// <summary>Once sockets are open: the threads are there then. Where the system does not let us, or has another libc, all stays as it was.</summary>
    public static void TakeTurns()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Threads))
        {
            return;
        }

        try
        {
            foreach (var thread in Directory.EnumerateDirectories(Threads))
            {
                if (NameOf(thread) == Name)
                {
                    _ = SetScheduler(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), Batch, priority: 0);
                }
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another libc.
        }
    }

    private static string? NameOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd('\n');
        }
        catch (IOException)
        {
            return null; // it has ended
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in int priority);
}
