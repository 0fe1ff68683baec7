namespace Turnpike.Gateway.Dialects;

/// <summary>An error as a provider words it; every part is bounded.</summary>
internal sealed record ProviderErrorBody(string Message, string? Code, string? Type, int? Status);
