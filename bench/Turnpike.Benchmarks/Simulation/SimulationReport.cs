using System.Diagnostics;
using System.Globalization;
using Turnpike.Benchmarks.Operations;
using Turnpike.Gateway.Routing.Strategies;

namespace Turnpike.Benchmarks.Simulation;

/// <summary>Prints what strategies make of the same markets, and how long a decision takes.</summary>
internal static class SimulationReport
{
    private const int Markets = 5;
    private const int Decisions = 100_000;

    private static readonly Func<IRoutingStrategy>[] Strategies =
    [
        static () => new MeasuredBalance(),
        static () => new ClassicBalance(),
        static () => new SimpleOrder("cheapest first", SimpleOrder.Kind.CheapestFirst),
        static () => new SimpleOrder("round robin", SimpleOrder.Kind.RoundRobin),
        static () => new SimpleOrder("random", SimpleOrder.Kind.Random),
    ];

    /// <summary>What each strategy makes of one market, the default first.</summary>
    public static IReadOnlyList<SimulationResult> Compare(int seed, int requests) =>
        [.. Strategies.Select(strategy => new Market(strategy(), seed, requests).Run())];

    /// <param name="requests">A strategy and market.</param>
    public static int Print(TextWriter output, int requests)
    {
        output.WriteLine("| strategy | objective | cost, $ a 1,000 answers | first token p50, s | p99, s | answered | at the first try | recovery, s |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        double best = 0;
        foreach (var strategy in Strategies)
        {
            var results = Enumerable.Range(1, Markets).Select(seed => new Market(strategy(), seed, requests).Run()).ToList();
            var objective = Math.Exp(results.Average(static r => Math.Log(r.Objective)));
            best = best == 0 ? objective : best;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {results[0].Name} | {objective / best:F2} | {results.Average(static r => r.Cost):F3} | {results.Average(static r => r.FirstTokenP50):F2} | {results.Average(static r => r.FirstTokenP99):F2} | {results.Average(static r => r.Success):P2} | {results.Average(static r => r.FirstTries):P1} | {results.Average(static r => r.Recovery):F1} |"));
        }

        output.WriteLine();
        TimeDecisions(output);
        return 0;
    }

    private static void TimeDecisions(TextWriter output)
    {
        using var decide = new DecideRoute(50);
        var times = new double[Decisions];
        for (var i = -Decisions / 4; i < Decisions; i++)
        {
            var start = Stopwatch.GetTimestamp();
            decide.Run();
            times[Math.Max(i, 0)] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"a decision among 50 endpoints of one model: p50 {times[Decisions / 2]:F1} µs, p99 {times[Decisions * 99 / 100]:F1} µs"));
    }
}
