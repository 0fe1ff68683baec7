namespace Turnpike.Gateway.Routing.Health;

/// <summary>Counts of a few kinds over a window that rolls in slots. Not thread-safe.</summary>
internal sealed class RollingCounts(int kinds, int slots, long slotMs)
{
    private readonly int[] _slots = new int[kinds * slots];
    private readonly int[] _totals = new int[kinds];
    private long _newest;

    public int Total(int kind) => _totals[kind];

    public void Add(int kind, int count = 1)
    {
        _slots[Index(_newest, kind)] += count;
        _totals[kind] += count;
    }

    /// <summary>The newest slots together, the one under way included.</summary>
    public int Last(int kind, int count)
    {
        var sum = 0;
        for (var slot = _newest; slot > _newest - count; slot--)
        {
            sum += _slots[Index(slot, kind)];
        }

        return sum;
    }

    /// <summary>Forgets what has left the window. Time does not go back: an earlier instant changes nothing.</summary>
    public void Advance(long nowMs)
    {
        var slot = nowMs / slotMs;
        for (var expired = Math.Max(_newest + 1, slot - slots + 1); expired <= slot; expired++)
        {
            for (var kind = 0; kind < kinds; kind++)
            {
                ref var count = ref _slots[Index(expired, kind)];
                _totals[kind] -= count;
                count = 0;
            }
        }

        _newest = Math.Max(_newest, slot);
    }

    private int Index(long slot, int kind) => (int)(((slot % slots) + slots) % slots * kinds) + kind;
}
