namespace Turnpike.Core.Accounts;

/// <summary>The presets that accounts keep, with their versions. The same contract on each database.</summary>
/// <remarks>Safe for use by many threads. Each change is announced to every server, this one included: a notice with neither key nor amount.</remarks>
public interface IPresetStore
{
    /// <summary>All presets of an account, each in its newest version; the one changed last comes first.</summary>
    Task<IReadOnlyList<StoredPreset>> ListPresetsAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>Makes a preset, or the next version of one. Null when it would be one more than <see cref="PresetLimits.CountMax"/>.</summary>
    /// <remarks>The oldest version gives way when there are more than <see cref="PresetLimits.VersionsMax"/>.</remarks>
    Task<StoredPreset?> SavePresetAsync(AccountId account, PresetDraft draft, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Versions of a preset, oldest first; null when there is no such preset.</summary>
    Task<PresetVersionPage?> ListPresetVersionsAsync(AccountId account, string slug, int offset, int limit, CancellationToken cancellationToken);

    /// <summary>One version; null when there is none.</summary>
    Task<PresetVersion?> FindPresetVersionAsync(AccountId account, string slug, int number, CancellationToken cancellationToken);

    /// <summary>Deletes a preset with its versions; false when there is none.</summary>
    Task<bool> DeletePresetAsync(AccountId account, string slug, CancellationToken cancellationToken);
}

/// <summary>Some of a preset's versions, and how many there are.</summary>
public sealed record PresetVersionPage(IReadOnlyList<PresetVersion> Versions, int Total);
