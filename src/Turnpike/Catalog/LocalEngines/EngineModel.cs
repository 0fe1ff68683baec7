using System.Collections.Immutable;

namespace Turnpike.Catalog.LocalEngines;

/// <summary>A model as an engine lists it.</summary>
/// <param name="Name">The engine's own name, to be sent as it is.</param>
/// <param name="ContextLength">Tokens that it takes here; null when the engine does not say.</param>
internal sealed record EngineModel(string Name, DateTimeOffset Created, int? ContextLength)
{
    /// <summary>Tokens that the model was made for; null when the engine does not say.</summary>
    public int? TrainedContextLength { get; init; }

    /// <summary>What the engine says that it can do, in Ollama's words (<c>completion</c>, <c>tools</c>, <c>vision</c>, <c>thinking</c>,
    /// <c>embedding</c>); empty when it does not say.</summary>
    public ImmutableArray<string> Capabilities { get; init; } = [];
}
