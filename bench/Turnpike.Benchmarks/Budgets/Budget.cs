namespace Turnpike.Benchmarks.Budgets;

/// <summary>What an operation may allocate.</summary>
/// <param name="Bytes">Bytes of one operation at most.</param>
/// <param name="Why">What they are, in a sentence.</param>
public sealed record Budget(long Bytes, string Why);
