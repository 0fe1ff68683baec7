namespace Turnpike.Commands;

/// <summary>How a provider answered when it was asked for its models.</summary>
/// <param name="Status">The HTTP status; null when there was no answer.</param>
/// <param name="LatencyMs">Until the headers of the answer; null when there was none.</param>
internal sealed record ProviderReport(string Id, bool Ok, int? Status, double? LatencyMs, string Detail);
