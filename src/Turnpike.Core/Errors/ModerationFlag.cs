using System.Collections.Immutable;

namespace Turnpike.Core.Errors;

/// <summary>What a prompt was flagged for, and the model that was not asked. Nothing of the prompt stands in an error.</summary>
public sealed record ModerationFlag(ImmutableArray<string> Reasons, string Model);
