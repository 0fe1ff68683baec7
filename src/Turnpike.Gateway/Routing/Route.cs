using System.Collections.Immutable;
using Turnpike.Gateway.Routing.Decisions;

namespace Turnpike.Gateway.Routing;

/// <summary>The endpoints that may answer a request, in the order in which they are tried.</summary>
internal sealed record Route(ImmutableArray<Endpoint> Endpoints)
{
    /// <summary>Nobody may answer.</summary>
    public static readonly Route None = new([]);

    /// <summary>What it was made of; null where nobody may answer.</summary>
    public DecisionInputs? Inputs { get; init; }

    /// <summary>How it came about; null where there was nothing to decide: one endpoint, and no wishes.</summary>
    public Decision? Decision { get; init; }

    /// <summary>The router that chose the model (<c>openrouter/auto</c>); null where the caller did.</summary>
    public string? Router { get; init; }

    /// <summary>The conversation, as its cache is remembered; zero where it is not.</summary>
    public ulong Conversation { get; init; }

    /// <summary>The caller names the session itself, so that the first success binds it.</summary>
    public bool HasSession { get; init; }
}
