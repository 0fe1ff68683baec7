namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>Draws by share.</summary>
internal static class Draw
{
    /// <summary>Puts one, drawn by its share, in front; the others keep their order.</summary>
    public static void First(Span<Candidate> candidates, ref Chance chance)
    {
        var count = candidates.Length;
        Span<double> shares = count <= Arrangement.OnStackMax ? stackalloc double[count] : new double[count];
        for (var i = 0; i < count; i++)
        {
            shares[i] = candidates[i].Share;
        }

        ToFront(candidates, Place(shares, ref chance));
    }

    /// <summary>Puts all in an order drawn by their shares: one after another, among those that are left.</summary>
    public static void All(Span<Candidate> candidates, ref Chance chance)
    {
        var count = candidates.Length;
        Span<double> shares = count <= Arrangement.OnStackMax ? stackalloc double[count] : new double[count];
        Span<int> places = count <= Arrangement.OnStackMax ? stackalloc int[count] : new int[count];
        for (var i = 0; i < count; i++)
        {
            (shares[i], places[i]) = (candidates[i].Share, i);
        }

        for (var first = 0; first < count - 1; first++)
        {
            var drawn = Place(shares[first..], ref chance);
            ToFront(shares[first..], drawn);
            ToFront(places[first..], drawn);
        }

        Arrangement.Apply(candidates, places);
    }

    /// <summary>Puts the one at a place in front; those before it move back by one.</summary>
    public static void ToFront<T>(Span<T> items, int place)
    {
        if (place > 0)
        {
            var chosen = items[place];
            items[..place].CopyTo(items[1..]);
            items[0] = chosen;
        }
    }

    private static int Place(ReadOnlySpan<double> shares, ref Chance chance)
    {
        double sum = 0;
        foreach (var share in shares)
        {
            sum += share;
        }

        var point = chance.Next() * sum;
        var drawn = 0;
        while (drawn < shares.Length - 1 && (point -= shares[drawn]) >= 0)
        {
            drawn++;
        }

        return drawn;
    }
}
