using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Turnpike.Benchmarks;
using Turnpike.Benchmarks.Auto;
using Turnpike.Benchmarks.Budgets;
using Turnpike.Benchmarks.Simulation;

if (args is ["budgets"])
{
    return BudgetTable.Print(Console.Out);
}

if (args is ["routing", ..])
{
    return SimulationReport.Print(Console.Out, args is [_, var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 200_000);
}

if (args is ["auto", "train", ..])
{
    return AutoTraining.Run(Console.Out, args is [_, _, var path] ? path : "src/Turnpike.Gateway/Routing/Auto/kinds.bin");
}

if (args is ["auto", ..])
{
    return AutoReport.Print(Console.Out, withMisses: args.Contains("--misses", StringComparer.Ordinal));
}

// Short runs in this process unless asked otherwise: a second build of the project under test costs more than it tells, and the machine is small.
// `--job` with another word chooses differently.
string[] defaults = args.Contains("--job", StringComparer.Ordinal) ? [] : ["--job", "short", "--inProcess"];
var config = DefaultConfig.Instance.WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40));
BenchmarkSwitcher.FromAssembly(typeof(OperationBenchmarks).Assembly).Run([.. args, .. defaults], config);
return 0;
