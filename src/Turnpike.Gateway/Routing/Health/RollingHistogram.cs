namespace Turnpike.Gateway.Routing.Health;

/// <summary>A distribution over a window that rolls in slots; buckets grow by an eighth, so a percentile is right to about six per cent.
/// Not thread-safe, of fixed size.</summary>
internal sealed class RollingHistogram
{
    private const int Buckets = 96;

    private const double Growth = 1.125;

    private static readonly double LogGrowth = Math.Log(Growth);

    /// <summary>The middle of each bucket, in multiples of the lowest one's upper end.</summary>
    private static readonly double[] Middles = [1, .. Enumerable.Range(1, Buckets - 1).Select(static b => Math.Pow(Growth, b - 0.5))];

    private readonly int _slotCount;
    private readonly long _slotMs;
    private readonly double _least;
    private readonly ushort[] _slots;
    private readonly int[] _totals = new int[Buckets];
    private int _count;
    private long _newest;
    private long _endsMs; // when the newest slot ends

    // What was asked last, while nothing has changed; a histogram is asked for one direction only.
    private Percentiles? _known;

    /// <param name="least">The upper end of the lowest bucket.</param>
    public RollingHistogram(double least, int slots, long slotMs)
    {
        _least = least;
        _slotCount = slots;
        _slotMs = slotMs;
        _slots = new ushort[Buckets * slots];
    }

    public void Add(double value)
    {
        var bucket = value <= _least ? 0 : Math.Min(Buckets - 1, 1 + (int)(Math.Log(value / _least) / LogGrowth));
        ref var count = ref _slots[Start(_newest) + bucket];
        if (count < ushort.MaxValue)
        {
            count++;
            _totals[bucket]++;
            _count++;
            _known = null;
        }
    }

    public void Advance(long nowMs)
    {
        if (nowMs < _endsMs)
        {
            return; // nearly always, and without a division
        }

        var slot = nowMs / _slotMs;
        for (var expired = Math.Max(_newest + 1, slot - _slotCount + 1); expired <= slot; expired++)
        {
            var counts = _slots.AsSpan(Start(expired), Buckets);
            for (var i = 0; i < Buckets; i++)
            {
                _totals[i] -= counts[i];
                _count -= counts[i];
            }

            counts.Clear();
            _known = null;
        }

        _newest = slot;
        _endsMs = (slot + 1) * _slotMs;
    }

    /// <summary>The values that half, three quarters, nine tenths and 99 in a hundred do not exceed.</summary>
    public Percentiles Rising() => _known ??= Quantiles([0.5, 0.75, 0.9, 0.99]);

    /// <summary>The values that half, three quarters, nine tenths and 99 in a hundred reach.</summary>
    public Percentiles Falling()
    {
        if (_known is not { } known)
        {
            var rising = Quantiles([0.01, 0.1, 0.25, 0.5]);
            _known = known = new(rising.P99, rising.P90, rising.P75, rising.P50);
        }

        return known;
    }

    /// <summary>The value that a share of them does not exceed; zero where there are none. Not remembered.</summary>
    public float Quantile(double share)
    {
        var seen = 0;
        for (var bucket = 0; bucket < Buckets && _count > 0; bucket++)
        {
            seen += _totals[bucket];
            if (seen >= Math.Max(1, share * _count))
            {
                return (float)(_least * Middles[bucket]);
            }
        }

        return 0;
    }

    // One pass, the shares rising.
    private Percentiles Quantiles(ReadOnlySpan<double> shares)
    {
        if (_count == 0)
        {
            return default;
        }

        Span<float> found = stackalloc float[4];
        var seen = 0;
        var next = 0;
        for (var bucket = 0; bucket < Buckets && next < found.Length; bucket++)
        {
            seen += _totals[bucket];
            while (next < found.Length && seen >= Math.Max(1, shares[next] * _count))
            {
                found[next++] = (float)(_least * Middles[bucket]);
            }
        }

        return new(found[0], found[1], found[2], found[3]);
    }

    private int Start(long slot) => (int)(slot % _slotCount) * Buckets;
}
