using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Decisions;

/// <summary>An endpoint that may not answer, the rule that removed it, and whose rule that is.</summary>
/// <param name="Detail">What of the rule did: a field, a parameter; null when the rule says it all.</param>
internal readonly record struct Removal(Endpoint Endpoint, RemovalRule Rule, RuleOwner Owner, string? Detail = null);
