namespace Turnpike.Core.Inference;

/// <summary>What is charged by count and is no token: of one request, or the most that a request can come to.</summary>
public readonly record struct WorkUnits
{
    /// <summary>Images made.</summary>
    public int Images { get; init; }

    /// <summary>Characters spoken.</summary>
    public long Characters { get; init; }

    /// <summary>Search units of a reranking, as its provider counts them.</summary>
    public int SearchUnits { get; init; }

    /// <summary>Searches of the web that the provider made beside an answer in tokens.</summary>
    public int WebSearches { get; init; }

    /// <summary>Audio written down, milliseconds.</summary>
    public long AudioMilliseconds { get; init; }
}
