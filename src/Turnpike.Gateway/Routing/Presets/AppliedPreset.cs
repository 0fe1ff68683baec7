namespace Turnpike.Gateway.Routing.Presets;

/// <summary>What a preset gives to a request.</summary>
/// <param name="Id">Null for one of the configuration.</param>
/// <param name="System">The system prompt; null where it has none.</param>
/// <param name="Config">Fields of a chat request, as a JSON object.</param>
internal sealed record AppliedPreset(string? Id, string? System, string Config)
{
    /// <summary>Fields of it that the request's API has no word for.</summary>
    public IReadOnlyList<string> Unsaid { get; init; } = [];
}
