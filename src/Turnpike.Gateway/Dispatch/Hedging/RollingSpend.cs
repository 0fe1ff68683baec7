using Turnpike.Core.Money;

namespace Turnpike.Gateway.Dispatch.Hedging;

/// <summary>Money spent over a window that rolls in slots. Not thread-safe.</summary>
internal sealed class RollingSpend(int slots, long slotMs)
{
    private readonly NanoUsd[] _slots = new NanoUsd[slots];
    private long _newest;

    public NanoUsd Total { get; private set; }

    public void Add(NanoUsd amount)
    {
        _slots[_newest % slots] += amount;
        Total += amount;
    }

    /// <summary>Forgets what has left the window. Time does not go back: an earlier instant changes nothing.</summary>
    public void Advance(long nowMs)
    {
        var slot = nowMs / slotMs;
        for (var expired = Math.Max(_newest + 1, slot - slots + 1); expired <= slot; expired++)
        {
            Total -= _slots[expired % slots];
            _slots[expired % slots] = NanoUsd.Zero;
        }

        _newest = Math.Max(_newest, slot);
    }
}
