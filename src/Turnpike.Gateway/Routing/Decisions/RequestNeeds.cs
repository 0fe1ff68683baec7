using Turnpike.Core.Catalog;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Decisions;

/// <summary>What a request asks of an endpoint, apart from the caller's wishes: nothing of its text.</summary>
internal sealed record RequestNeeds
{
    public RequestParameters Parameters { get; init; }

    public bool HasImages { get; init; }

    public bool HasFiles { get; init; }

    public bool HasAudio { get; init; }

    public bool HasVideo { get; init; }

    /// <summary>Images and files, as they are priced.</summary>
    public int Images { get; init; }

    public int Choices { get; init; } = 1;

    public long? OutputLimit { get; init; }

    /// <summary>Fewer tokens than this the prompt cannot have.</summary>
    public long PromptTokensLeast { get; init; }

    public int PromptTokensEstimate { get; init; }

    /// <summary>More tokens than this it cannot have.</summary>
    public long PromptTokensBound { get; init; }

    public string? ServiceTier { get; init; }

    public ServingMode Mode { get; init; }

    public NanoUsd? MaxCost { get; init; }

    /// <summary><c>routing.strategy</c>, where it says a sort.</summary>
    public SortBy? Strategy { get; init; }

    /// <summary><c>route</c>, where it is a word.</summary>
    public SortPartition? Partition { get; init; }

    public bool HasTools => (Parameters & RequestParameters.Tools) != 0;

    public static RequestNeeds Of(InferenceRequest request) => new()
    {
        Parameters = request.Parameters,
        HasImages = request.HasImages,
        HasFiles = request.HasFiles,
        HasAudio = request.HasAudio,
        HasVideo = request.HasVideo,
        Images = request.Images,
        Choices = request.Choices,
        OutputLimit = request.OutputLimit,
        PromptTokensLeast = request.PromptTokensLeast,
        PromptTokensEstimate = request.PromptTokensEstimate,
        PromptTokensBound = request.PromptTokensBound,
        ServiceTier = request.ServiceTier,
        Mode = request.Mode,
        MaxCost = request.MaxCost,
        Strategy = request.RoutingStrategy is { } word ? SortWords.OfStrategy(word) : null,
        Partition = request.RouteWord is { } route ? SortWords.OfRoute(route) : null,
    };
}
