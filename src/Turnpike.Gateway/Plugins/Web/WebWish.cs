using System.Collections.Immutable;

namespace Turnpike.Gateway.Plugins.Web;

/// <summary>What a request wants of a search.</summary>
/// <param name="Prompt">What stands before the results; null for the usual words.</param>
internal sealed record WebWish(int ResultsMax, string? Prompt, ImmutableArray<string> Domains, ImmutableArray<string> NotDomains);
