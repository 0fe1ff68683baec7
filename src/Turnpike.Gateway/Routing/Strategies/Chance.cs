namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>A small generator whose draws follow from its seed on every machine and in every version, so that a decision can be replayed
/// (SplitMix64, Steele, Lea and Flood 2014).</summary>
internal struct Chance(ulong seed)
{
    private ulong _state = seed;

    /// <summary>From 0 (included) to 1 (excluded).</summary>
    public double Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
