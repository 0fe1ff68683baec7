using System.Collections.Concurrent;
using System.Collections.Frozen;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;

namespace Turnpike.Gateway.Routing.Presets;

/// <summary>The presets of accounts, in memory: an account's are read when one of them is named first, and again after they were changed.</summary>
/// <remarks>Thread-safe. What was read does not change; many who ask at once share one question to the store.</remarks>
internal sealed class StoredPresets(IPresetStore store) : INoticeSink
{
    /// <summary>Accounts in memory at most; beyond it the memory of them is dropped whole.</summary>
    private const int AccountsMax = 1_000;

    private readonly ConcurrentDictionary<AccountId, Lazy<Task<FrozenDictionary<string, StoredPreset>>>> _known = new();

    /// <summary>An account's presets by their slugs.</summary>
    /// <exception cref="StoreUnavailableException">They are not in memory, and the store cannot be reached.</exception>
    public async ValueTask<FrozenDictionary<string, StoredPreset>> OfAsync(AccountId account, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(account, out var read))
        {
            if (_known.Count >= AccountsMax)
            {
                _known.Clear();
            }

            read = _known.GetOrAdd(account, static (a, self) => new(() => self.ReadAsync(a)), this);
        }

        try
        {
            return await read.Value.WaitAsync(cancellationToken);
        }
        catch when (read.Value.IsFaulted)
        {
            _known.TryRemove(new(account, read)); // the next who asks shall not get what was true now
            throw;
        }
    }

    /// <summary>They were changed: whoever asks from now on gets them as they are.</summary>
    public void Forget(AccountId account) => _known.TryRemove(account, out _);

    /// <inheritdoc/>
    public Task ApplyAsync(Notice notice, CancellationToken cancellationToken)
    {
        if (notice is { KeyHash: null, Amount: null })
        {
            Forget(notice.AccountId);
        }

        return Task.CompletedTask;
    }

    private async Task<FrozenDictionary<string, StoredPreset>> ReadAsync(AccountId account) =>
        (await store.ListPresetsAsync(account, CancellationToken.None)).ToFrozenDictionary(static p => p.Slug, StringComparer.Ordinal);
}
