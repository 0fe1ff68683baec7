namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>What a candidate is put in order by: those that stand last behind the others, then by score, by price, by the catalogue.</summary>
internal readonly record struct Standing(bool IsLast, double Score, double Price, int Index) : IComparable<Standing>
{
    /// <summary>Where the candidate stands as yet.</summary>
    public int Place { get; init; }

    public int CompareTo(Standing other)
    {
        var byLast = IsLast.CompareTo(other.IsLast);
        var byScore = byLast != 0 ? byLast : Score.CompareTo(other.Score);
        var byPrice = byScore != 0 ? byScore : Price.CompareTo(other.Price);
        return byPrice != 0 ? byPrice : Index.CompareTo(other.Index);
    }
}
