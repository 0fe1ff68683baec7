namespace Turnpike.Benchmarks.Budgets;

/// <summary>What each operation allocates, beside what it may.</summary>
public static class BudgetTable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Measures and prints all; answers the exit code: 1 when something is above its budget or has none.</summary>
    public static int Print(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var budgets = BudgetFile.Read();
        var failed = false;
        output.WriteLine($"{"operation",-26}{"bytes",10}{"budget",10}");
        foreach (var name in OperationList.Names)
        {
            using var operation = OperationList.Create(name);
            long bytes = AllocationMeter.BytesOf(operation, enough: 0, Patience);
            var budget = budgets.GetValueOrDefault(name);
            var isOver = budget is null || bytes > budget.Bytes;
            failed |= isOver;
            output.WriteLine($"{name,-26}{bytes,10:N0}{budget?.Bytes,10:N0}{(isOver ? "  over" : "")}");
        }

        return failed ? 1 : 0;
    }
}
