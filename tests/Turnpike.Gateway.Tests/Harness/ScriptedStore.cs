using System.Reflection;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Tests.Harness;

/// <summary>A store that knows keys and counts what it is asked; it can be held back, and be away.</summary>
public class ScriptedStore : DispatchProxy
{
    private readonly Dictionary<KeyHash, StoredKey> _keys = [];
    private int _asked;

    public IStore Store { get; private set; } = null!;

    /// <summary>How often a key, or a count of free requests, was asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public bool IsAway { get; set; }

    public int FreeRequests { get; set; }

    /// <summary>What was read is told when this has completed.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public static ScriptedStore Create()
    {
        var store = Create<IStore, ScriptedStore>();
        var script = (ScriptedStore)store;
        script.Store = store;
        return script;
    }

    /// <summary>Adds a key of account 1, which has 10 dollars.</summary>
    public KeyHash Add(string text)
    {
        var account = new Account(new(1), "one", SurfaceHost.Now, NanoUsd.FromUsd(10), NanoUsd.FromUsd(10), NanoUsd.Zero);
        var key = new ApiKey
        {
            Hash = KeyHash.Of(text), AccountId = account.Id, Name = text, Label = text, Kind = KeyKind.Inference, CreatedAt = SurfaceHost.Now,
        };
        _keys[key.Hash] = new(key, new(DateOnly.FromDateTime(SurfaceHost.Now.UtcDateTime), default, default, default, default), account, 0);
        return key.Hash;
    }

    /// <summary>Disables a key, and says by which notice.</summary>
    public Notice Disable(KeyHash hash)
    {
        var before = _keys[hash];
        var after = before with { Key = before.Key with { Disabled = true }, NoticeSequence = before.NoticeSequence + 1 };
        _keys[hash] = after;
        return new(after.NoticeSequence, after.Account.Id, hash, Amount: null);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Interlocked.Increment(ref _asked);
        return targetMethod!.Name switch
        {
            nameof(IStore.FindKeyAsync) => AnswerAsync(() => _keys.GetValueOrDefault((KeyHash)args![0]!)),
            nameof(IStore.CountFreeRequestsAsync) => AnswerAsync(() => FreeRequests),
            var other => throw new NotSupportedException(other),
        };
    }

    private async Task<T> AnswerAsync<T>(Func<T> answer)
    {
        var read = IsAway ? throw new StoreUnavailableException("away") : answer();
        await Gate;
        return read;
    }
}
