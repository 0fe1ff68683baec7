namespace Turnpike.Gateway.Routing.Wishes;

/// <summary>The words that sorts have in requests.</summary>
internal static class SortWords
{
    public static SortBy? OfSort(string word) => word switch
    {
        "price" => SortBy.Price,
        "throughput" => SortBy.Throughput,
        "latency" => SortBy.Latency,
        "exacto" => SortBy.Exacto,
        _ => null,
    };

    public static SortBy? OfVariant(ReadOnlySpan<char> word) => word switch
    {
        "floor" => SortBy.Price,
        "nitro" => SortBy.Throughput,
        "exacto" => SortBy.Exacto,
        _ => null,
    };

    /// <summary><c>routing.strategy</c>: the older form of a sort.</summary>
    public static SortBy? OfStrategy(string word) => word switch
    {
        "cost" => SortBy.Price,
        "speed" => SortBy.Throughput,
        "quality" => SortBy.Exacto,
        _ => null,
    };

    public static SortPartition? OfPartition(string word) => word switch
    {
        "model" => SortPartition.Model,
        "none" => SortPartition.None,
        _ => null,
    };

    /// <summary><c>route</c> as a word: the older form of <c>provider.sort.partition</c>.</summary>
    public static SortPartition? OfRoute(string word) => word switch
    {
        "fallback" => SortPartition.Model,
        "sort" => SortPartition.None,
        _ => null,
    };

    public static string Word(SortBy by) => by switch
    {
        SortBy.Price => "price",
        SortBy.Throughput => "throughput",
        SortBy.Latency => "latency",
        SortBy.Exacto => "exacto",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
