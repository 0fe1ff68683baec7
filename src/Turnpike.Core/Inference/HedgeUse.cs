namespace Turnpike.Core.Inference;

/// <summary>A second attempt that began beside a first one which had shown no content.</summary>
/// <param name="EndpointId">Where it was sent.</param>
/// <param name="AfterMs">From when the first was sent until this one began, milliseconds.</param>
/// <param name="Reason">What that wait was: <c>p95</c> (what the first's endpoint exceeds once in twenty answers), or the setting that stood
/// in its place: <c>delay_min</c>, <c>delay_max</c>, <c>delay_until_learned</c>.</param>
/// <param name="WasFirst">It showed content before the other, and is the answer.</param>
public sealed record HedgeUse(string EndpointId, int AfterMs, string Reason, bool WasFirst);
