namespace Turnpike.Core.Accounts;

/// <summary>A preset of an account: fields of a request by a name, in the version that is in force.</summary>
public sealed record StoredPreset(string Id, string Slug, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, PresetVersion Version);

/// <summary>What a preset says, or once said.</summary>
public sealed record PresetVersion
{
    public required string Id { get; init; }

    public required string PresetId { get; init; }

    /// <summary>Counted from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The key that made it.</summary>
    public required KeyHash CreatedBy { get; init; }

    /// <summary>Null where it has none.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>Fields of a chat request, as a JSON object.</summary>
    public required string Config { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A version to be made. <paramref name="Id"/> is the preset's, should it be new.</summary>
public sealed record PresetDraft(string Slug, string Id, string VersionId, KeyHash CreatedBy, string? SystemPrompt, string Config);
