using System.Collections.Immutable;

namespace Turnpike.Core.Catalog;

/// <summary>What callers name: <c>author/slug</c>, with <c>:free</c> and the like when it is an entry of its own.</summary>
public sealed record Model
{
    public required string Id { get; init; }

    /// <summary>The permanent slug; equal to <see cref="Id"/> where the model has no dated one.</summary>
    public string CanonicalSlug { get => field ?? Id; init; }

    public required string Name { get; init; }

    public string Description { get; init; } = "";

    /// <summary>When the model came out (or was first listed here), UTC.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Tokens of prompt and answer together; null when unknown.</summary>
    public int? ContextLength { get; init; }

    public int? MaxCompletionTokens { get; init; }

    public ImmutableArray<string> InputModalities { get; init; } = ["text"];

    public ImmutableArray<string> OutputModalities { get; init; } = ["text"];

    public string Tokenizer { get; init; } = "Other";

    public string? InstructType { get; init; }

    public string? HuggingFaceId { get; init; }

    public ImmutableArray<string> SupportedParameters { get; init; } = [];

    /// <summary>Defaults by parameter name, as numbers; shown, never filled in.</summary>
    public ImmutableSortedDictionary<string, decimal> DefaultParameters { get; init; } = ImmutableSortedDictionary<string, decimal>.Empty;

    public string? KnowledgeCutoff { get; init; }

    public string? ExpirationDate { get; init; }

    public bool IsModerated { get; init; }

    /// <summary>The line of models that it is the next of (<c>claude-haiku</c>), for <c>~author/family-latest</c>; null where it is in none.</summary>
    public string? Family { get; init; }

    /// <summary>What stands before the first slash of the id; empty where there is none.</summary>
    public string Author => Id[..Math.Max(0, Id.IndexOf('/', StringComparison.Ordinal))];

    /// <summary>What makes it an entry of its own: <c>free</c>, <c>thinking</c> …; null for the model itself.</summary>
    public string? Variant => Id.IndexOf(':', StringComparison.Ordinal) is var at and >= 0 ? Id[(at + 1)..] : null;

    /// <summary>True for entries whose requests count towards the free-model limits: the <c>:free</c> variants.</summary>
    public bool IsFreeVariant => Id.EndsWith(":free", StringComparison.Ordinal);
}
