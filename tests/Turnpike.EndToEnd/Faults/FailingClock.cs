using System.Diagnostics;

namespace Turnpike.EndToEnd.Faults;

/// <summary>A clock that fails once where a method asks it: what stands for a fault of ours there.</summary>
internal sealed class FailingClock : TimeProvider
{
    private string? _method;

    /// <param name="method">The end of the type's name, and the method's: <c>HealthRecorder.Ended</c>.</param>
    public void FailIn(string method) => Volatile.Write(ref _method, method);

    public override DateTimeOffset GetUtcNow()
    {
        Check();
        return base.GetUtcNow();
    }

    public override long GetTimestamp()
    {
        Check();
        return base.GetTimestamp();
    }

    private void Check()
    {
        if (Volatile.Read(ref _method) is { } method && new StackTrace(fNeedFileInfo: false).ToString().Contains(method, StringComparison.Ordinal)
            && Interlocked.CompareExchange(ref _method, null, method) == method)
        {
            throw new InvalidOperationException("The clock has failed.");
        }
    }
}
