using Turnpike.Core.Accounts;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Sql;

/// <summary>A version of a preset as a query answers it, with the preset.</summary>
internal sealed class PresetRow
{
    /// <summary>Add a condition on <c>p</c> and <c>v</c>. Wants @account.</summary>
    public const string Select = """
        SELECT p.id AS Id, p.slug AS Slug, p.created_at AS CreatedAt, p.updated_at AS UpdatedAt, v.id AS VersionId, v.version AS Version,
          v.key_hash AS KeyHash, v.system_prompt AS SystemPrompt, v.config AS Config, v.created_at AS VersionCreatedAt
        FROM preset p JOIN preset_version v ON v.account_id = p.account_id AND v.slug = p.slug
        WHERE p.account_id = @account
        """;

    public string Id { get; set; } = "";

    public string Slug { get; set; } = "";

    public long CreatedAt { get; set; }

    public long UpdatedAt { get; set; }

    public string VersionId { get; set; } = "";

    public long Version { get; set; }

    public byte[] KeyHash { get; set; } = [];

    public string? SystemPrompt { get; set; }

    public string Config { get; set; } = "";

    public long VersionCreatedAt { get; set; }

    public StoredPreset ToPreset() => new(Id, Slug, MicroTime.To(CreatedAt), MicroTime.To(UpdatedAt), ToVersion());

    public PresetVersion ToVersion() => new()
    {
        Id = VersionId,
        PresetId = Id,
        Number = checked((int)Version),
        CreatedBy = Core.Accounts.KeyHash.FromBytes(KeyHash),
        SystemPrompt = SystemPrompt,
        Config = Config,
        CreatedAt = MicroTime.To(VersionCreatedAt),
    };
}
