namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>Draws by share.</summary>
internal static class Draw
{
    /// <summary>Puts one, drawn by its share, in front; the others keep their order.</summary>
    public static void First(Span<Candidate> candidates, ref Chance chance)
    {
        double sum = 0;
        foreach (ref readonly var candidate in candidates)
        {
            sum += candidate.Share;
        }

        var point = chance.Next() * sum;
        var drawn = 0;
        while (drawn < candidates.Length - 1 && (point -= candidates[drawn].Share) >= 0)
        {
            drawn++;
        }

        ToFront(candidates, drawn);
    }

    /// <summary>Puts all in an order drawn by their shares: one after another, among those that are left.</summary>
    public static void All(Span<Candidate> candidates, ref Chance chance)
    {
        for (var left = candidates; left.Length > 1; left = left[1..])
        {
            First(left, ref chance);
        }
    }

    /// <summary>Puts the one at a place in front; those before it move back by one.</summary>
    public static void ToFront(Span<Candidate> candidates, int place)
    {
        if (place > 0)
        {
            var chosen = candidates[place];
            candidates[..place].CopyTo(candidates[1..]);
            candidates[0] = chosen;
        }
    }
}
