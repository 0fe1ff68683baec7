namespace Turnpike.Commands.Checks;

/// <summary>The live checks of a provider and what they cost together, dollars.</summary>
internal sealed record LiveReport(IReadOnlyList<CheckResult> Checks, decimal Cost)
{
    /// <summary>What an operator should know beside them: the gateway's own warnings, for one.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public bool Ok => Checks is [] or [{ State: CheckState.Pass }, ..] && Checks.All(static c => c.State is CheckState.Pass or CheckState.NotExpressible);
}
