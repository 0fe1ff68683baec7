namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>A member that the neutral form has no word for.</summary>
/// <param name="Dialect">The dialect that it is of, one of <see cref="Core.Catalog.Dialects"/>.</param>
/// <param name="Json">Its value, raw.</param>
internal sealed record RawMember(string Dialect, string Name, ReadOnlyMemory<byte> Json);
