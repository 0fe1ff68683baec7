using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;

namespace Turnpike.Core.Ledger;

/// <summary>What is kept: accounts, keys, entries, generations. One implementation a database; the same contract tests on each.</summary>
/// <remarks>Safe for use by many threads, and by operators' commands in other processes while the server runs: what they write is
/// announced to the server by <see cref="ReadNoticesAsync"/>. A store that cannot be reached throws <see cref="StoreUnavailableException"/>.</remarks>
public interface IStore
{
    /// <summary>Makes an account with a starting credit and its keys in one transaction.</summary>
    Task<Account> CreateAccountAsync(string name, NanoUsd credit, IReadOnlyList<NewKey> keys, DateTimeOffset now, CancellationToken cancellationToken);

    Task<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken cancellationToken);

    /// <summary>Finds a key with its counters (as of <paramref name="today"/>) and account; null when there is none (or it was deleted).</summary>
    Task<StoredKey?> FindKeyAsync(KeyHash hash, DateOnly today, CancellationToken cancellationToken);

    /// <summary>Keys that are not deleted, oldest first.</summary>
    Task<IReadOnlyList<StoredKey>> ListKeysAsync(AccountId? account, DateOnly today, CancellationToken cancellationToken);

    /// <summary>Makes a key; it is in force at once, here and (by notice) in the running server.</summary>
    Task<ApiKey> CreateKeyAsync(AccountId account, NewKey key, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Changes name, limit, reset, expiry or disabled of a key; false when there is none.</summary>
    Task<bool> UpdateKeyAsync(ApiKey key, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Deletes a key: it is never accepted again, its history stays. False when there is none.</summary>
    Task<bool> DeleteKeyAsync(KeyHash hash, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Sets the <c>provider</c> object (JSON) that holds for every request of an account; null for none. False when there is no such account.</summary>
    Task<bool> SetProviderDefaultsAsync(AccountId account, string? defaults, CancellationToken cancellationToken);

    /// <summary>Books a grant of credit (positive). The same reference books once. Returns the account after it, null when there is no such account.</summary>
    Task<Account?> GrantAsync(AccountId account, NanoUsd amount, string reference, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Finds a generation of that account; null when there is none.</summary>
    Task<GenerationRecord?> FindGenerationAsync(AccountId account, GenerationId id, CancellationToken cancellationToken);

    /// <summary>The records of routes whose generations' ids have that second.</summary>
    Task<IReadOnlyList<byte[]>> FindRouteBlocksAsync(long second, CancellationToken cancellationToken);

    /// <summary>Deletes the oldest records of routes before a second, an hour of them at most, so that other writers find their turn. False when
    /// none is left.</summary>
    Task<bool> ForgetRouteBlocksAsync(long before, CancellationToken cancellationToken);

    /// <summary>Successful requests of an account to <c>:free</c> models since an instant.</summary>
    Task<int> CountFreeRequestsAsync(AccountId account, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>What other processes have changed since <paramref name="after"/>, in order.</summary>
    Task<IReadOnlyList<Notice>> ReadNoticesAsync(long after, CancellationToken cancellationToken);

    /// <summary>Checks that the books balance.</summary>
    Task<AuditReport> AuditAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Answers whether the store can be reached and written.</summary>
    Task PingAsync(CancellationToken cancellationToken);
}

/// <summary>A key to be made. <paramref name="Hash"/> and <paramref name="Label"/> come from its text, which the store never sees.</summary>
public sealed record NewKey(KeyHash Hash, string Label, string Name, KeyKind Kind, NanoUsd? Limit = null, LimitReset Reset = LimitReset.None, DateTimeOffset? ExpiresAt = null);

/// <summary>A key with what it has spent and whose it is. <paramref name="NoticeSequence"/> is the newest notice at the instant of reading.</summary>
public sealed record StoredKey(ApiKey Key, SpendCounters Spent, Account Account, long NoticeSequence);

/// <summary>A change made by another process. <see cref="Amount"/> is set for grants, <see cref="KeyHash"/> for changes of keys, neither for changes of the
/// account's presets.</summary>
public sealed record Notice(long Sequence, AccountId AccountId, KeyHash? KeyHash, NanoUsd? Amount);

/// <summary>The result of an audit. Sound when <see cref="Faults"/> is empty; each fault is a sentence that names what does not fit.</summary>
public sealed record AuditReport(int Accounts, long Entries, long OpenHolds, NanoUsd Balance, IReadOnlyList<string> Faults);

/// <summary>The store cannot be reached or written: a fault of ours (503), never the caller's.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
