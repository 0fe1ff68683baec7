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

    /// <summary>A date, or the beginning of one.</summary>
    public string? KnowledgeCutoff { get; init; }

    public string? ExpirationDate { get; init; }

    public bool IsModerated { get; init; }

    /// <summary>How it reasons; null for a model that does not, or of which that is not known.</summary>
    public ModelReasoning? Reasoning { get; init; }

    /// <summary>Whether its maker lets other models be trained on what it puts out; null when unknown, which means no.</summary>
    public bool? Distillable { get; init; }

    /// <summary>The line of models that it is the next of (<c>claude-haiku</c>), for <c>~author/family-latest</c>; null where it is in none.</summary>
    public string? Family { get; init; }

    /// <summary>What stands before the first slash of the id; empty where there is none.</summary>
    public string Author => Id[..Math.Max(0, Id.IndexOf('/', StringComparison.Ordinal))];

    /// <summary>What makes it an entry of its own: <c>free</c>, <c>thinking</c> …; null for the model itself.</summary>
    public string? Variant => Id.IndexOf(':', StringComparison.Ordinal) is var at and >= 0 ? Id[(at + 1)..] : null;

    /// <summary>True for entries whose requests count towards the free-model limits: the <c>:free</c> variants.</summary>
    public bool IsFreeVariant => Id.EndsWith(":free", StringComparison.Ordinal);
}

/// <summary>How a model reasons, and how far that can be steered.</summary>
public sealed record ModelReasoning
{
    /// <summary>True where it cannot be turned off.</summary>
    public bool Mandatory { get; init; }

    /// <summary>Whether it reasons unasked; null when unknown.</summary>
    public bool? DefaultEnabled { get; init; }

    /// <summary>The efforts that it knows, the highest first; empty when they are not known, which means all.</summary>
    public ImmutableArray<string> SupportedEfforts { get; init; } = [];

    /// <summary>The effort where none is asked for; null when unknown.</summary>
    public string? DefaultEffort { get; init; }

    /// <summary>True where a budget in tokens is taken.</summary>
    public bool SupportsMaxTokens { get; init; }
}
