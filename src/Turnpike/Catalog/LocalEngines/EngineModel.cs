namespace Turnpike.Catalog.LocalEngines;

/// <summary>A model as an engine lists it.</summary>
/// <param name="Name">The engine's own name, to be sent as it is.</param>
/// <param name="ContextLength">Tokens; null when the engine does not say.</param>
internal sealed record EngineModel(string Name, DateTimeOffset Created, int? ContextLength);
