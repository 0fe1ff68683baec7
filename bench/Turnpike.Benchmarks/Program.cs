using BenchmarkDotNet.Running;
using Turnpike.Benchmarks;
using Turnpike.Benchmarks.Budgets;

if (args is ["budgets"])
{
    return BudgetTable.Print(Console.Out);
}

// Short runs in this process unless asked otherwise: a second build of the project under test costs more than it tells, and the machine is small.
// `--job` with another word, or `--runtimes`, chooses differently.
string[] defaults = args.Contains("--job", StringComparer.Ordinal) ? [] : ["--job", "short", "--inProcess"];
BenchmarkSwitcher.FromAssembly(typeof(OperationBenchmarks).Assembly).Run([.. args, .. defaults]);
return 0;
