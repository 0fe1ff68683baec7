using System.Collections.Frozen;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Routing.Presets;

namespace Turnpike.Gateway.Tests.Routing;

public sealed class StoredPresetsTests
{
    private static readonly AccountId _account = new(1);

    private readonly CountingStore _store = new();

    private StoredPresets Presets => field ??= new(_store);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_who_ask_share_one_question_and_who_comes_later_asks_nobody()
    {
        var gate = new TaskCompletionSource();
        _store.Gate = gate.Task;
        Task<FrozenDictionary<string, StoredPreset>>[] asking = [.. Enumerable.Range(0, 8).Select(_ => Presets.OfAsync(_account, Cancel).AsTask())];
        gate.SetResult();
        await Task.WhenAll(asking);

        await Presets.OfAsync(_account, Cancel);

        Assert.Equal(1, _store.Asked);
    }

    [Fact]
    public async Task A_notice_of_presets_makes_them_be_read_again_and_others_do_not()
    {
        await Presets.OfAsync(_account, Cancel);

        await Presets.ApplyAsync(new(1, _account, KeyHash.Of("sk-or-v1-a"), null), Cancel);
        await Presets.ApplyAsync(new(2, _account, null, new(5)), Cancel);
        await Presets.ApplyAsync(new(3, new(2), null, null), Cancel);
        await Presets.OfAsync(_account, Cancel);
        Assert.Equal(1, _store.Asked);

        await Presets.ApplyAsync(new(4, _account, null, null), Cancel);
        await Presets.OfAsync(_account, Cancel);
        Assert.Equal(2, _store.Asked);
    }

    [Fact]
    public async Task While_the_store_is_away_what_is_known_is_served_and_a_failure_is_not_remembered()
    {
        await Presets.OfAsync(_account, Cancel);
        _store.IsAway = true;

        Assert.Empty(await Presets.OfAsync(_account, Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Presets.OfAsync(new(2), Cancel).AsTask());
        _store.IsAway = false;

        Assert.Empty(await Presets.OfAsync(new(2), Cancel));
    }

    private sealed class CountingStore : IPresetStore
    {
        public int Asked { get; private set; }

        public bool IsAway { get; set; }

        public Task Gate { get; set; } = Task.CompletedTask;

        public async Task<IReadOnlyList<StoredPreset>> ListPresetsAsync(AccountId account, CancellationToken cancellationToken)
        {
            Asked++;
            await Gate;
            return IsAway ? throw new StoreUnavailableException("away") : [];
        }

        public Task<StoredPreset?> SavePresetAsync(AccountId account, PresetDraft draft, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<PresetVersionPage?> ListPresetVersionsAsync(AccountId account, string slug, int offset, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<PresetVersion?> FindPresetVersionAsync(AccountId account, string slug, int number, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> DeletePresetAsync(AccountId account, string slug, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
