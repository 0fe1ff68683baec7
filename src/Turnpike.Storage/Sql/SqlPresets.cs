using Turnpike.Core.Accounts;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Sql;

/// <summary>Presets over either database.</summary>
internal sealed class SqlPresets(SqlStore store) : IPresetStore
{
    public Task<IReadOnlyList<StoredPreset>> ListPresetsAsync(AccountId account, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<StoredPreset>>(
            async r => [.. (await r.QueryAsync<PresetRow>(
                PresetRow.Select + " AND v.version = p.version ORDER BY p.updated_at DESC, p.slug", new { account = account.Value }))
                .Select(static p => p.ToPreset())],
            cancellationToken);

    public Task<StoredPreset?> SavePresetAsync(AccountId account, PresetDraft draft, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return store.WriteAsync(
            async w =>
            {
                var at = MicroTime.From(now);
                if (await NextAsync(w, account, draft, at) is not { } version)
                {
                    return null;
                }

                await w.ExecuteAsync(
                    """
                    INSERT INTO preset_version (account_id, slug, version, id, key_hash, system_prompt, config, created_at)
                    VALUES (@account, @Slug, @version, @VersionId, @key, @SystemPrompt, @Config, @at)
                    """,
                    new { account = account.Value, draft.Slug, version, draft.VersionId, key = draft.CreatedBy.ToArray(), draft.SystemPrompt, draft.Config, at });
                await w.ExecuteAsync(
                    "DELETE FROM preset_version WHERE account_id = @account AND slug = @Slug AND version <= @oldest",
                    new { account = account.Value, draft.Slug, oldest = version - PresetLimits.VersionsMax });
                await NotifyAsync(w, account);
                return (await FindAsync(w, account, draft.Slug, version))?.ToPreset();
            },
            cancellationToken);
    }

    public Task<PresetVersionPage?> ListPresetVersionsAsync(AccountId account, string slug, int offset, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(
            async r =>
            {
                var total = await r.SingleAsync<long>(
                    "SELECT count(*) FROM preset_version WHERE account_id = @account AND slug = @slug", new { account = account.Value, slug });
                var rows = await r.QueryAsync<PresetRow>(
                    PresetRow.Select + " AND p.slug = @slug ORDER BY v.version LIMIT @limit OFFSET @offset",
                    new { account = account.Value, slug, limit = (long)limit, offset = (long)offset });
                return total == 0 ? null : new PresetVersionPage([.. rows.Select(static v => v.ToVersion())], checked((int)total));
            },
            cancellationToken);

    public Task<PresetVersion?> FindPresetVersionAsync(AccountId account, string slug, int number, CancellationToken cancellationToken) =>
        store.ReadAsync(async r => (await FindAsync(r, account, slug, number))?.ToVersion(), cancellationToken);

    public Task<bool> DeletePresetAsync(AccountId account, string slug, CancellationToken cancellationToken) => store.WriteAsync(
        async w =>
        {
            var at = new { account = account.Value, slug };
            await w.ExecuteAsync("DELETE FROM preset_version WHERE account_id = @account AND slug = @slug", at);
            if (await w.ExecuteAsync("DELETE FROM preset WHERE account_id = @account AND slug = @slug", at) == 0)
            {
                return false;
            }

            await NotifyAsync(w, account);
            return true;
        },
        cancellationToken);

    // The number of the version to be written; null when there are as many presets as there may be.
    private static async Task<long?> NextAsync(SqlWork work, AccountId account, PresetDraft draft, long at)
    {
        var next = await work.FirstOrDefaultAsync<long?>(
            "UPDATE preset SET version = version + 1, updated_at = @at WHERE account_id = @account AND slug = @Slug RETURNING version",
            new { account = account.Value, draft.Slug, at });
        if (next is not null)
        {
            return next;
        }

        if (await work.SingleAsync<long>("SELECT count(*) FROM preset WHERE account_id = @account", new { account = account.Value }) >= PresetLimits.CountMax)
        {
            return null;
        }

        await work.ExecuteAsync(
            "INSERT INTO preset (account_id, slug, id, version, created_at, updated_at) VALUES (@account, @Slug, @Id, 1, @at, @at)",
            new { account = account.Value, draft.Slug, draft.Id, at });
        return 1;
    }

    private static Task<PresetRow?> FindAsync(SqlWork work, AccountId account, string slug, long version) => work.FirstOrDefaultAsync<PresetRow>(
        PresetRow.Select + " AND p.slug = @slug AND v.version = @version", new { account = account.Value, slug, version });

    private static Task NotifyAsync(SqlWork work, AccountId account) =>
        work.ExecuteAsync("INSERT INTO notice (account_id) VALUES (@account)", new { account = account.Value });
}
