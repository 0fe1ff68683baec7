namespace Turnpike.Core.Ledger;

/// <summary>Records of routes of one second, packed together by whoever made them; the store does not look inside.</summary>
/// <param name="Second">The second in the ids of their generations (unix).</param>
public sealed record RouteBlock(long Second, byte[] Body);
