namespace Turnpike.Benchmarks.Simulation;

/// <summary>What a strategy made of the same market.</summary>
/// <param name="Cost">Dollars for a thousand answers.</param>
/// <param name="FirstTokenP50">Seconds, failed attempts before it included.</param>
/// <param name="Success">Requests that were answered.</param>
/// <param name="FirstTries">Requests whose first attempt was answered.</param>
/// <param name="Recovery">Seconds into an outage after which nine in ten requests are no more sent there first; the mean over outages.</param>
/// <param name="Objective">What the default balance minimises, the geometric mean over answers: price · √time · ∜first token.</param>
internal sealed record SimulationResult(
    string Name, double Cost, double FirstTokenP50, double FirstTokenP99, double Success, double FirstTries, double Recovery, double Objective);
