namespace Turnpike.Gateway.Dialects;

/// <summary>A header of the caller's that goes on to a provider of the same dialect.</summary>
/// <param name="Name">As callers send it.</param>
/// <param name="Upstream">As the provider knows it.</param>
internal sealed record PassedHeader(string Name, string Upstream);
