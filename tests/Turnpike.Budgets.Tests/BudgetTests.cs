using System.Diagnostics;
using System.Reflection;
using Turnpike.Benchmarks;
using Turnpike.Benchmarks.Budgets;
using Turnpike.Benchmarks.Operations;

namespace Turnpike.Budgets.Tests;

public sealed class BudgetTests
{
    /// <summary>How long an operation may take to come down to its budget: compiling for good waits for its turn on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Names => [.. OperationList.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operation_stays_within_its_budget(string name)
    {
        SkipWhereNotOptimised();
        long allowed = BudgetFile.Read()[name].Bytes;
        using var operation = OperationList.Create(name);

        long bytes = AllocationMeter.BytesOf(operation, allowed, Patience);

        Assert.True(bytes <= allowed, $"{name} allocates {bytes} bytes, and bench/budgets.json allows {allowed}: allocate less, or say there why it must be more.");
    }

    [Fact]
    public void Every_operation_has_a_budget_with_a_reason_and_every_budget_an_operation()
    {
        var budgets = BudgetFile.Read();

        Assert.Equal(OperationList.Names.Order(StringComparer.Ordinal), budgets.Keys.Order(StringComparer.Ordinal));
        Assert.All(budgets, static b => Assert.False(string.IsNullOrWhiteSpace(b.Value.Why), $"{b.Key} does not say why."));
    }

    [Theory]
    [InlineData("auth-known-key")]
    [InlineData("chunk-relay")]
    [InlineData("chunk-translate")]
    [InlineData("chunk-translate-gemini")]
    [InlineData("chunk-translate-bedrock")]
    [InlineData("chunk-translate-cohere")]
    [InlineData("cost")]
    [InlineData("metrics-request-ended")]
    public void What_must_allocate_nothing_has_a_budget_of_nothing(string name) => Assert.Equal(0, BudgetFile.Read()[name].Bytes);

    [Fact]
    public void A_longer_stream_allocates_no_more_than_a_short_one()
    {
        SkipWhereNotOptimised();
        using var one = new RelayStream(chunks: 1);
        using var many = new RelayStream(chunks: 400);

        long least = AllocationMeter.BytesOf(one, enough: 0, TimeSpan.FromSeconds(2));

        Assert.InRange(AllocationMeter.BytesOf(many, least, Patience), 0, least);
    }

    private static void SkipWhereNotOptimised() => Assert.SkipWhen(
        typeof(IOperation).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true },
        "Budgets are for optimised code: dotnet run -c Release --project tests/Turnpike.Budgets.Tests");
}
