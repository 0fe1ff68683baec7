namespace Turnpike.Commands.Checks;

/// <summary>The live checks of a provider and what they cost together, dollars.</summary>
internal sealed record LiveReport(IReadOnlyList<CheckResult> Checks, decimal Cost)
{
    public bool Ok => Checks.All(static c => c.State is CheckState.Pass or CheckState.NotExpressible);
}
