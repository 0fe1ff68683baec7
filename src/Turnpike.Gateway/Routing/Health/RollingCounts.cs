namespace Turnpike.Gateway.Routing.Health;

/// <summary>Counts of a few kinds over a window that rolls in slots. Not thread-safe.</summary>
internal sealed class RollingCounts(int kinds, int slots, long slotMs)
{
    private readonly int[] _slots = new int[kinds * slots];
    private readonly int[] _totals = new int[kinds];
    private long _newest;
    private int _at; // the place of the newest slot
    private long _endsMs; // when the newest slot ends

    public int Total(int kind) => _totals[kind];

    public void Add(int kind, int count = 1)
    {
        _slots[(_at * kinds) + kind] += count;
        _totals[kind] += count;
    }

    /// <summary>The newest slots together, the one under way included.</summary>
    public int Last(int kind, int count)
    {
        var sum = 0;
        var at = _at;
        for (var left = count; left > 0; left--)
        {
            sum += _slots[(at * kinds) + kind];
            at = at == 0 ? slots - 1 : at - 1;
        }

        return sum;
    }

    /// <summary>Forgets what has left the window. Time does not go back: an earlier instant changes nothing.</summary>
    public void Advance(long nowMs)
    {
        if (nowMs < _endsMs)
        {
            return; // nearly always, and without a division
        }

        var slot = nowMs / slotMs;
        for (var expired = Math.Max(_newest + 1, slot - slots + 1); expired <= slot; expired++)
        {
            for (var kind = 0; kind < kinds; kind++)
            {
                ref var count = ref _slots[((int)(expired % slots) * kinds) + kind];
                _totals[kind] -= count;
                count = 0;
            }
        }

        _newest = slot;
        _at = (int)(slot % slots);
        _endsMs = (slot + 1) * slotMs;
    }
}
