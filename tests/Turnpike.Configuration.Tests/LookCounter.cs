using Turnpike.Catalog;

namespace Turnpike.Configuration.Tests;

/// <summary>The real clock, which counts how often files were looked at: each look is followed by a pause.</summary>
internal sealed class LookCounter : TimeProvider
{
    private int _looks;

    public int Looks => Volatile.Read(ref _looks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == SettingsWatch.Settling)
        {
            Interlocked.Increment(ref _looks);
        }

        return base.CreateTimer(callback, state, dueTime, period);
    }
}
