using Turnpike.Benchmarks.Simulation;

namespace Turnpike.Budgets.Tests;

/// <summary>The default balance against the others, on markets that are drawn from seeds: what bench/README.md says of it.</summary>
public sealed class SimulationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_default_is_best_at_its_objective_and_never_far_behind(int seed)
    {
        var results = SimulationReport.Compare(seed, requests: 20_000);
        var (measured, others) = (results[0], results.Skip(1).ToList());

        Assert.Equal("measured", measured.Name);
        Assert.All(others, o => Assert.True(measured.Objective < o.Objective, $"{o.Name}: {o.Objective} against {measured.Objective}"));
        Assert.True(measured.Cost < 2 * others.Min(static o => o.Cost));
        Assert.True(measured.FirstTokenP50 < 1.5 * others.Min(static o => o.FirstTokenP50));
        Assert.True(measured.FirstTokenP99 < 1.5 * others.Min(static o => o.FirstTokenP99));
        Assert.True(measured.Success > 0.9999);
    }
}
