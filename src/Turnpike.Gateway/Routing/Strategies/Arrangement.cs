namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>Puts candidates in order by something small: a candidate is large, and is moved once.</summary>
internal static class Arrangement
{
    /// <summary>So many are put in order without memory of the collector's.</summary>
    public const int OnStackMax = 128;

    public delegate Standing Judge(in Candidate candidate);

    /// <summary>Sorts by what each is judged to be.</summary>
    public static void Sort(Span<Candidate> candidates, Judge judge)
    {
        var count = candidates.Length;
        Span<Standing> standings = count <= OnStackMax ? stackalloc Standing[count] : new Standing[count];
        Span<int> places = count <= OnStackMax ? stackalloc int[count] : new int[count];
        for (var i = 0; i < count; i++)
        {
            standings[i] = judge(candidates[i]) with { Place = i };
        }

        standings.Sort();
        for (var i = 0; i < count; i++)
        {
            places[i] = standings[i].Place;
        }

        Apply(candidates, places);
    }

    /// <summary>Puts into each place the candidate that stands as yet where the list says.</summary>
    /// <param name="places">Each place once; used up.</param>
    public static void Apply(Span<Candidate> candidates, Span<int> places)
    {
        for (var start = 0; start < places.Length; start++)
        {
            if (places[start] == start)
            {
                continue;
            }

            // Round a ring of places, each taking from the next.
            var first = candidates[start];
            var to = start;
            for (var from = places[to]; from != start; from = places[to])
            {
                candidates[to] = candidates[from];
                places[to] = to;
                to = from;
            }

            candidates[to] = first;
            places[to] = to;
        }
    }
}
