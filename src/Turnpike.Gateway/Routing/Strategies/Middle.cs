namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>The middle of what is known of a measure: what an endpoint counts as that nothing is known of yet.</summary>
internal static class Middle
{
    /// <summary>Values beyond these are left out; with so many, the middle of the first ones is the middle.</summary>
    private const int ValuesMax = 256;

    public delegate double Measure(in Candidate candidate);

    /// <summary>The median of the values above zero; 0 when there are none.</summary>
    public static double Of(ReadOnlySpan<Candidate> candidates, Measure measure)
    {
        Span<double> values = stackalloc double[Math.Min(candidates.Length, ValuesMax)];
        var count = 0;
        foreach (ref readonly var candidate in candidates)
        {
            if (count < values.Length && measure(candidate) is var value and > 0)
            {
                values[count++] = value;
            }
        }

        values = values[..count];
        values.Sort();
        return count == 0 ? 0 : values[count / 2];
    }
}
