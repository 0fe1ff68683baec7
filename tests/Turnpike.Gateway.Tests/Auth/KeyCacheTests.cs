using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Auth;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Auth;

/// <summary>Neither a flood of callers nor a store that is away turns a good key into a bad one, or asks the store more than once.</summary>
public sealed class KeyCacheTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ScriptedStore _store = ScriptedStore.Create();
    private readonly SteppedTime _time = new();
    private readonly KeyCache _keys;

    public KeyCacheTests() => _keys = new(_store.Store, new Book(new NoJournal()), _time);

    [Fact]
    public async Task Many_who_come_with_one_new_key_ask_the_store_once_and_share_its_state()
    {
        var hash = _store.Add("one");
        var gate = new TaskCompletionSource();
        _store.Gate = gate.Task;

        var loads = Enumerable.Range(0, 100).Select(_ => _keys.LoadAsync(hash, None)).ToList();
        gate.SetResult();

        var states = await Task.WhenAll(loads);
        Assert.NotNull(states[0]);
        Assert.All(states, s => Assert.Same(states[0], s));
        Assert.Equal(1, _store.Asked);
    }

    [Fact]
    public async Task Keys_of_one_account_that_come_at_once_share_its_money()
    {
        var gate = new TaskCompletionSource();
        _store.Gate = gate.Task;

        var loads = Enumerable.Range(0, 20).Select(i => _keys.LoadAsync(_store.Add($"key {i}"), None)).ToList();
        gate.SetResult();

        var states = await Task.WhenAll(loads);
        Assert.Single(states.Select(static s => s!.Account).Distinct());
    }

    [Fact]
    public async Task A_known_key_works_while_the_store_is_away()
    {
        var hash = _store.Add("one");
        await _keys.LoadAsync(hash, None);

        _store.IsAway = true;

        Assert.True(_keys.TryGet(hash, out var key));
        Assert.NotNull(key);
    }

    [Fact]
    public async Task A_store_that_was_away_is_asked_again_and_nothing_is_taken_for_unknown()
    {
        var hash = _store.Add("one");
        _store.IsAway = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _keys.LoadAsync(hash, None));
        Assert.False(_keys.TryGet(hash, out _));

        _store.IsAway = false;

        Assert.NotNull(await _keys.LoadAsync(hash, None));
    }

    [Fact]
    public async Task An_unknown_key_is_not_asked_for_again_for_a_while()
    {
        var hash = KeyHash.Of("nobody's");

        Assert.Null(await _keys.LoadAsync(hash, None));

        Assert.True(_keys.TryGet(hash, out var known) && known is null);
        _time.Step(TimeSpan.FromMinutes(1));
        Assert.False(_keys.TryGet(hash, out _));
    }

    [Fact]
    public async Task A_key_that_was_read_before_a_notice_is_read_again()
    {
        var gate = new TaskCompletionSource();
        _store.Gate = gate.Task;
        var hash = _store.Add("one");
        var load = _keys.LoadAsync(hash, None);
        await _keys.ApplyAsync(_store.Disable(hash), None);

        gate.SetResult();

        Assert.True((await load)!.Key.Disabled);
        Assert.Equal(2, _store.Asked);
    }

    [Fact]
    public async Task What_was_read_for_callers_that_have_left_is_not_told_to_the_next()
    {
        var gate = new TaskCompletionSource();
        _store.Gate = gate.Task;
        var hash = KeyHash.Of("one");
        using var leaving = new CancellationTokenSource();
        var left = _keys.LoadAsync(hash, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        gate.SetResult();
        while (!_keys.TryGet(hash, out _))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        _store.Add("one"); // The key is made when it has been found unknown and nobody has been told.
        Assert.NotNull(await _keys.LoadAsync(hash, None));
    }
}
