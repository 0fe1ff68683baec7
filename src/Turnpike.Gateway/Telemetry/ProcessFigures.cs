using System.Reflection;

namespace Turnpike.Gateway.Telemetry;

/// <summary>What the process and its runtime say of themselves: memory, processor time, collections, threads, uptime.</summary>
internal sealed class ProcessFigures(TimeProvider time)
{
    private static readonly string Version =
        typeof(ProcessFigures).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private readonly long _started = time.GetTimestamp();
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public void Write(PrometheusText text)
    {
        text.Family("turnpike_build_info", "gauge", "Always 1; the labels say what runs.");
        text.Sample("turnpike_build_info", PrometheusText.Labels(("version", Version), ("runtime", Environment.Version.ToString())), 1);
        Gauge(text, "turnpike_uptime_seconds", "Time since the start.", time.GetElapsedTime(_started).TotalSeconds);
        Gauge(text, "process_start_time_seconds", "When the process started, unix seconds.", _startedAt.ToUnixTimeMilliseconds() / 1000.0);
        Gauge(text, "process_resident_memory_bytes", "Memory that the process has in RAM.", Environment.WorkingSet);
        Counter(text, "process_cpu_seconds_total", "Processor time used.", Environment.CpuUsage.TotalTime.TotalSeconds);
        WriteCollector(text);
        Gauge(text, "dotnet_threadpool_threads", "Threads of the pool.", ThreadPool.ThreadCount);
        Gauge(text, "dotnet_threadpool_queue_length", "Work that waits for a thread of the pool.", ThreadPool.PendingWorkItemCount);
        Counter(text, "dotnet_lock_contentions_total", "Times that a thread had to wait for a lock.", Monitor.LockContentionCount);
    }

    private static void WriteCollector(PrometheusText text)
    {
        text.Family("dotnet_gc_collections_total", "counter", "Garbage collections, by generation.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            // The runtime counts a collection of an older generation among those of the younger ones too.
            var older = generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;
            text.Sample("dotnet_gc_collections_total", $"generation=\"{generation}\"", (long)(GC.CollectionCount(generation) - older));
        }

        Counter(text, "dotnet_gc_pause_seconds_total", "Time that collections have stopped all threads.", GC.GetTotalPauseDuration().TotalSeconds);
        Counter(text, "dotnet_gc_allocated_bytes_total", "Bytes allocated on the heap.", GC.GetTotalAllocatedBytes());
        Gauge(text, "dotnet_gc_heap_size_bytes", "The heap, without what is free in it.", GC.GetTotalMemory(forceFullCollection: false));
        Gauge(text, "dotnet_gc_committed_bytes", "Memory that the heap has taken from the system.", GC.GetGCMemoryInfo().TotalCommittedBytes);
    }

    private static void Gauge(PrometheusText text, string name, string help, double value)
    {
        text.Family(name, "gauge", help);
        text.Sample(name, "", value);
    }

    private static void Counter(PrometheusText text, string name, string help, double value)
    {
        text.Family(name, "counter", help);
        text.Sample(name, "", value);
    }
}
