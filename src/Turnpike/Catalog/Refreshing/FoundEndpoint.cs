using System.Collections.Immutable;
using Turnpike.Core.Money;

namespace Turnpike.Catalog.Refreshing;

/// <summary>What a list says of one model at one provider.</summary>
/// <param name="Provider">The provider's id, as the catalogue has it.</param>
/// <param name="UpstreamModel">The provider's name of the model.</param>
internal sealed record FoundEndpoint(string Provider, string UpstreamModel)
{
    /// <summary>Our name of the model; null where the list has the provider's alone.</summary>
    public string? Model { get; init; }

    public string? Name { get; init; }

    /// <summary>Null where the list has no price, or none that can be kept exactly.</summary>
    public PriceSheet? Prices { get; init; }

    public int? ContextLength { get; init; }

    public int? MaxCompletionTokens { get; init; }

    public ImmutableArray<string> Parameters { get; init; } = [];

    public ImmutableArray<string> InputModalities { get; init; } = [];

    public ImmutableArray<string> OutputModalities { get; init; } = [];
}

/// <summary>A list that was read.</summary>
/// <param name="Form">What it was taken for, for people.</param>
/// <param name="IsComplete">True where a model that is not in the list is no longer served by the providers that are in it.</param>
internal sealed record FoundList(string Form, ImmutableArray<FoundEndpoint> Endpoints, bool IsComplete);
