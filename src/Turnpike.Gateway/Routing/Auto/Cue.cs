namespace Turnpike.Gateway.Routing.Auto;

/// <summary>A word or a phrase that tells something of a prompt.</summary>
/// <param name="Slot">What it speaks for: a kind, by its number, or one of <see cref="CueSet"/>'s other slots.</param>
/// <param name="Weight">By how much.</param>
internal readonly record struct Cue(int Slot, double Weight)
{
    /// <summary>The last word may go on.</summary>
    public bool IsStem { get; init; }

    /// <summary>Counts only at the very start of the prompt.</summary>
    public bool IsOpening { get; init; }
}
