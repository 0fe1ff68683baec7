using System.Collections.Concurrent;
using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Tests.Harness;

/// <summary>Keys and generations in memory, for tests of what is read. The books are tested with the stores themselves.</summary>
internal sealed class MemoryStore : IStore
{
    private readonly ConcurrentDictionary<KeyHash, StoredKey> _keys = new();
    private readonly ConcurrentDictionary<(AccountId, string), GenerationRecord> _generations = new();

    /// <summary>True makes every question fail as when the database is away.</summary>
    public bool IsAway { get; set; }

    public void Add(StoredKey key) => _keys[key.Key.Hash] = key;

    public void Add(GenerationRecord record) => _generations[(record.AccountId, record.Id.Value)] = record;

    public Task<StoredKey?> FindKeyAsync(KeyHash hash, DateOnly today, CancellationToken cancellationToken) =>
        IsAway ? throw new StoreUnavailableException("away") : Task.FromResult(_keys.GetValueOrDefault(hash));

    public Task<GenerationRecord?> FindGenerationAsync(AccountId account, GenerationId id, CancellationToken cancellationToken) =>
        IsAway ? throw new StoreUnavailableException("away") : Task.FromResult(_generations.GetValueOrDefault((account, id.Value)));

    public Task<Account> CreateAccountAsync(
        string name, NanoUsd credit, IReadOnlyList<NewKey> keys, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<StoredKey>> ListKeysAsync(AccountId? account, DateOnly today, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ApiKey> CreateKeyAsync(AccountId account, NewKey key, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> UpdateKeyAsync(ApiKey key, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> DeleteKeyAsync(KeyHash hash, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Account?> GrantAsync(
        AccountId account, NanoUsd amount, string reference, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> CountFreeRequestsAsync(AccountId account, DateTimeOffset since, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<Notice>> ReadNoticesAsync(long after, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<AuditReport> AuditAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task PingAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
