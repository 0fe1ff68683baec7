namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>A part that the neutral form has no word for, as it came.</summary>
/// <param name="Dialect">The dialect that it is of.</param>
/// <param name="Json">The whole part, raw.</param>
internal sealed record RawPart(string Dialect, ReadOnlyMemory<byte> Json) : Part
{
    /// <summary>What it says, for those who cannot read it (<see cref="SpokenParts"/>); null where nothing can be said for it.</summary>
    public string? Says { get; init; }
}
