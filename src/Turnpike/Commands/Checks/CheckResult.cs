namespace Turnpike.Commands.Checks;

/// <summary>One live check of a provider.</summary>
/// <param name="Check">What was checked.</param>
/// <param name="Model">The model that was asked; null when none was.</param>
/// <param name="LatencyMs">Until the whole answer; null when none came.</param>
/// <param name="Detail">What came, or why nothing did.</param>
internal sealed record CheckResult(string Check, CheckState State, string? Model, double? LatencyMs, string Detail);
