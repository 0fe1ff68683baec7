using Turnpike.Core.Ledger;
using Turnpike.Gateway.Admission;
using Turnpike.Gateway.Auth;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Admission;

public sealed class FreeModelQuotaTests
{
    private readonly ScriptedStore _store = ScriptedStore.Create();
    private readonly SteppedTime _time = new();
    private readonly Book _book = new(new NoJournal());

    [Fact]
    public async Task While_the_store_is_away_no_place_is_given_on_trust()
    {
        var (quota, key) = await StartAsync();
        _store.IsAway = true;

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await quota.TakeAsync(key, TestContext.Current.CancellationToken));

        _store.IsAway = false;
        Assert.Null((await quota.TakeAsync(key, TestContext.Current.CancellationToken)).Error);
    }

    [Fact]
    public async Task After_a_start_what_was_used_before_counts_and_is_shown_before_the_first_request()
    {
        var (quota, key) = await StartAsync();
        _store.FreeRequests = 7;

        Assert.Equal(7, (await quota.ViewAsync(key, TestContext.Current.CancellationToken)).Used);
        await quota.TakeAsync(key, TestContext.Current.CancellationToken);
        Assert.Equal(8, (await quota.ViewAsync(key, TestContext.Current.CancellationToken)).Used);
    }

    private async Task<(FreeModelQuota Quota, KeyState Key)> StartAsync()
    {
        var keys = new KeyCache(_store.Store, _book, _time);
        var key = await keys.LoadAsync(_store.Add("one"), TestContext.Current.CancellationToken);
        Assert.NotNull(key);
        return (new(_store.Store, _book, new GatewayOptions(), _time), key);
    }
}
