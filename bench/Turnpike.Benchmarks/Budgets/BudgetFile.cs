using System.Text.Json;

namespace Turnpike.Benchmarks.Budgets;

/// <summary><c>bench/budgets.json</c>, as it was when this was built.</summary>
public static class BudgetFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Every budget by its operation's name.</summary>
    /// <exception cref="JsonException">The file is not what it should be.</exception>
    public static IReadOnlyDictionary<string, Budget> Read()
    {
        var text = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "budgets.json"));
        return JsonSerializer.Deserialize<Dictionary<string, Budget>>(text, Options) ?? [];
    }
}
