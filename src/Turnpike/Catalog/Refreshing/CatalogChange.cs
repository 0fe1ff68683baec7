using Turnpike.Core.Catalog;

namespace Turnpike.Catalog.Refreshing;

/// <summary>A difference between the catalogue in use and a list.</summary>
/// <param name="Before">What the catalogue has; null for what is new or back.</param>
/// <param name="Found">What the list has; null for what is gone.</param>
internal sealed record CatalogChange(ChangeKind Kind, string Provider, string Model, string UpstreamModel, Endpoint? Before, FoundEndpoint? Found)
{
    /// <summary>Why it is not believed; null when it is.</summary>
    public string? Absurdity { get; init; }

    /// <summary>What is there is the operator's own word: not to be changed here, however it is asked for.</summary>
    public bool IsConfigured { get; init; }
}

/// <summary>What kind of difference.</summary>
internal enum ChangeKind
{
    /// <summary>Another price.</summary>
    Price,

    /// <summary>Another context or output limit.</summary>
    Limits,

    /// <summary>An endpoint that was not there.</summary>
    New,

    /// <summary>An endpoint that the provider no longer has.</summary>
    Gone,

    /// <summary>One that was gone.</summary>
    Back,
}
