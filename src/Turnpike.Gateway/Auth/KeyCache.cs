using System.Collections.Concurrent;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;

namespace Turnpike.Gateway.Auth;

/// <summary>The keys that this process has seen, with the money behind them. Known keys need no store; unknown ones are asked for once,
/// however many ask, and remembered as unknown for a short while.</summary>
/// <remarks>A key's state is loaded once and stays: it is the authority on the key's spending. Changes made by other processes come
/// through <see cref="ApplyAsync"/>. While the store is away known keys go on working.</remarks>
public sealed class KeyCache(IStore store, Book book, TimeProvider time) : INoticeSink
{
    /// <summary>How long a key stays unknown without asking again.</summary>
    private static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(5);

    /// <summary>Unknown keys remembered at most; beyond it the memory of them is dropped whole.</summary>
    private const int UnknownMax = 10_000;

    private readonly ConcurrentDictionary<KeyHash, KeyState> _known = new();
    private readonly ConcurrentDictionary<AccountId, AccountState> _accounts = new();
    private readonly ConcurrentDictionary<KeyHash, long> _unknown = new();
    private readonly ConcurrentDictionary<KeyHash, Lazy<Task<KeyState?>>> _loading = new();

    // Orders notices and loads: what was read from the store before a notice must not come into memory after it.
    private readonly Lock _gate = new();
    private long _noticed;

    /// <summary>Finds a key that is in memory; true with null when it is known not to exist.</summary>
    public bool TryGet(KeyHash hash, out KeyState? key)
    {
        if (_known.TryGetValue(hash, out key))
        {
            return true;
        }

        return _unknown.TryGetValue(hash, out var since) && time.GetElapsedTime(since) < UnknownFor;
    }

    /// <summary>Asks the store for a key; many callers share one question.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    public async Task<KeyState?> LoadAsync(KeyHash hash, CancellationToken cancellationToken)
    {
        var load = _loading.GetOrAdd(hash, static (h, self) => new(() => self.LoadOnceAsync(h)), this);
        return await load.Value.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ApplyAsync(Notice notice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notice);
        lock (_gate)
        {
            _noticed = Math.Max(_noticed, notice.Sequence);
        }

        if (notice.Amount is { } amount && _accounts.TryGetValue(notice.AccountId, out var account))
        {
            book.Grant(account, amount, notice.Sequence);
        }

        if (notice.KeyHash is { } hash)
        {
            _unknown.TryRemove(hash, out _);
            if (_known.TryGetValue(hash, out var state))
            {
                var stored = await store.FindKeyAsync(hash, Today, cancellationToken);
                book.Replace(state, stored?.Key ?? state.Key with { Disabled = true });
                state.Account.ProviderDefaults = stored is null ? state.Account.ProviderDefaults : stored.Account.ProviderDefaults;
                if (stored is null)
                {
                    _known.TryRemove(hash, out _);
                }
            }
        }
    }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private async Task<KeyState?> LoadOnceAsync(KeyHash hash)
    {
        try
        {
            while (true)
            {
                var stored = await store.FindKeyAsync(hash, Today, CancellationToken.None);
                lock (_gate)
                {
                    if (stored is null)
                    {
                        return Forget(hash);
                    }

                    if (stored.NoticeSequence >= _noticed)
                    {
                        return Keep(hash, stored);
                    }
                }

                // A notice passed between the reading and now, when there was nothing in memory that it could change: read again.
            }
        }
        finally
        {
            // Here and not by who waits: when all who asked have left, the next must not get what was true then.
            _loading.TryRemove(hash, out _);
        }
    }

    private KeyState? Forget(KeyHash hash)
    {
        if (_unknown.Count >= UnknownMax)
        {
            _unknown.Clear();
        }

        _unknown[hash] = time.GetTimestamp();
        return null;
    }

    private KeyState Keep(KeyHash hash, StoredKey stored)
    {
        // The first to load an account makes its state; the others share it, or its money would be counted twice.
        var account = _accounts.GetOrAdd(stored.Account.Id, static (_, s) => new AccountState(s.Account, s.NoticeSequence), stored);
        return _known.GetOrAdd(hash, static (_, s) => new KeyState(s.stored.Key, s.stored.Spent, s.account), (stored, account));
    }
}
