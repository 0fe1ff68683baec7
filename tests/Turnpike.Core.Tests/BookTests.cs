using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Core.Tests;

public sealed class BookTests
{
    private readonly BookFixture _f = new();
    private readonly AccountState _account = BookFixture.Account(1_000);

    [Fact]
    public void A_hold_sets_credit_aside_and_its_post_takes_the_cost()
    {
        var key = BookFixture.Key(_account);
        var hold = _f.TryHold(key, 600).Hold!;
        Assert.Equal(new(new(400), new(600), new(1_000), default), _f.Book.View(_account));

        Assert.Equal(250, _f.Settle(hold, SettlementKind.Post, 250)!.Value.Value);

        Assert.Equal(new(new(750), default, new(1_000), new(250)), _f.Book.View(_account));
        Assert.Equal(250, _f.Book.View(key, BookFixture.Noon).Spent.Total.Value);
        Assert.Equal(250, Assert.Single(_f.Journal.Settlements).Record.Charged.Value);
    }

    [Fact]
    public void What_is_not_there_is_not_held()
    {
        var outcome = _f.TryHold(BookFixture.Key(_account), 1_001);

        Assert.Equal((HoldRefusal.Credit, 1_000), (outcome.Refusal, outcome.Spendable.Value));
        Assert.Equal(0, _f.Journal.Holds);
    }

    [Fact]
    public void A_second_end_of_the_same_hold_is_refused()
    {
        var hold = _f.TryHold(BookFixture.Key(_account), 100).Hold!;

        Assert.NotNull(_f.Settle(hold, SettlementKind.Expire, 0));
        Assert.Null(_f.Settle(hold, SettlementKind.Post, 100));
        Assert.Equal(1_000, _f.Book.View(_account).Available.Value);
        Assert.Single(_f.Journal.Settlements);
    }

    [Theory]
    [InlineData(SettlementKind.Void)]
    [InlineData(SettlementKind.Expire)]
    public void What_is_not_posted_costs_nothing_whatever_it_is_said_to_have_cost(SettlementKind kind)
    {
        var hold = _f.TryHold(BookFixture.Key(_account), 100).Hold!;

        Assert.Equal(0, _f.Settle(hold, kind, 100)!.Value.Value);
        Assert.Equal(1_000, _f.Book.View(_account).Available.Value);
    }

    [Fact]
    public void A_cost_above_the_hold_is_collected_as_far_as_there_is_credit()
    {
        var hold = _f.TryHold(BookFixture.Key(_account), 900).Hold!;

        Assert.Equal(1_000, _f.Settle(hold, SettlementKind.Post, 5_000)!.Value.Value);
        Assert.Equal(0, _f.Book.View(_account).Available.Value);
    }

    [Fact]
    public void A_cost_above_the_hold_does_not_overrun_the_keys_limit()
    {
        var key = BookFixture.Key(_account, limit: 300);
        var hold = _f.TryHold(key, 200).Hold!;

        Assert.Equal(300, _f.Settle(hold, SettlementKind.Post, 5_000)!.Value.Value);
    }

    [Fact]
    public void A_keys_limit_counts_what_its_other_requests_hold()
    {
        var key = BookFixture.Key(_account, limit: 300);
        Assert.NotNull(_f.TryHold(key, 200).Hold);

        var outcome = _f.TryHold(key, 200);

        Assert.Equal((HoldRefusal.KeyLimit, 100), (outcome.Refusal, outcome.Spendable.Value));
        Assert.NotNull(_f.TryHold(BookFixture.Key(_account, text: "sk-or-v1-b"), 200).Hold);
    }

    [Fact]
    public void A_daily_limit_begins_anew_at_midnight()
    {
        var key = BookFixture.Key(_account, limit: 300, LimitReset.Daily);
        _f.Settle(_f.TryHold(key, 300).Hold!, SettlementKind.Post, 300);
        Assert.Equal(HoldRefusal.KeyLimit, _f.TryHold(key, 1).Refusal);

        Assert.NotNull(_f.TryHold(key, 300, BookFixture.Noon.AddHours(12)).Hold);
    }

    [Fact]
    public void A_late_post_does_not_overrun_the_limit_of_the_day_that_it_belongs_to()
    {
        var key = BookFixture.Key(_account, limit: 300, LimitReset.Daily);
        var late = _f.TryHold(key, 100).Hold!;
        _f.Settle(_f.TryHold(key, 200).Hold!, SettlementKind.Post, 200);
        _f.Settle(_f.TryHold(key, 10, BookFixture.Noon.AddDays(1)).Hold!, SettlementKind.Post, 10);

        Assert.Equal(100, _f.Settle(late, SettlementKind.Post, 500)!.Value.Value);
    }

    [Fact]
    public void A_request_without_a_limit_takes_a_share_and_leaves_the_rest()
    {
        var key = BookFixture.Key(BookFixture.Account(16_000));

        var outcome = _f.TryHold(key, new HoldRequest(Full: new(100_000), Least: new(10), Usual: new(50), IsElastic: true));

        Assert.Equal(1_000, outcome.Hold!.Amount.Value);
    }

    [Fact]
    public void A_request_without_a_limit_takes_what_there_is_but_not_less_than_it_needs()
    {
        var key = BookFixture.Key(_account);

        Assert.Equal(1_000, _f.TryHold(key, new HoldRequest(new(100_000), new(10), new(5_000), IsElastic: true)).Hold!.Amount.Value);
        Assert.Equal(HoldRefusal.Credit, _f.TryHold(key, new HoldRequest(new(100_000), new(10), new(5_000), IsElastic: true)).Refusal);
    }

    [Fact]
    public void A_full_journal_refuses_and_holds_nothing()
    {
        _f.Journal.IsFull = true;

        Assert.Equal(HoldRefusal.Unavailable, _f.TryHold(BookFixture.Key(_account), 1).Refusal);
        Assert.Equal((1_000, 0), (_f.Book.View(_account).Available.Value, _f.Book.OpenHolds));
    }

    [Fact]
    public void A_grant_that_was_loaded_with_the_account_is_not_added_again()
    {
        var account = new AccountState(new(new(1), "one", BookFixture.Noon, new(10), new(10), default), noticeSequence: 7);

        _f.Book.Grant(account, new(5), 7);
        Assert.Equal(10, _f.Book.View(account).Available.Value);
        _f.Book.Grant(account, new(5), 8);
        _f.Book.Grant(account, new(5), 8);
        Assert.Equal((15, 15), (_f.Book.View(account).Available.Value, _f.Book.View(account).Granted.Value));
    }

    [Fact]
    public void Holds_beyond_their_lease_are_found()
    {
        var hold = _f.TryHold(BookFixture.Key(_account), 1).Hold!;

        Assert.Empty(_f.Book.Overdue(BookFixture.Noon.AddMinutes(4)));
        Assert.Same(hold, Assert.Single(_f.Book.Overdue(BookFixture.Noon.AddMinutes(5))));
    }

    [Fact]
    public void A_changed_limit_is_in_force_at_once_and_spending_stays()
    {
        var key = BookFixture.Key(_account);
        _f.Settle(_f.TryHold(key, 100).Hold!, SettlementKind.Post, 100);

        _f.Book.Replace(key, key.Key with { Limit = new NanoUsd(150) });

        Assert.Equal(50, _f.Book.View(key, BookFixture.Noon).LimitRemaining!.Value.Value);
        Assert.Equal(HoldRefusal.KeyLimit, _f.TryHold(key, 51).Refusal);
    }

    [Fact]
    public void A_hundred_at_once_do_not_spend_more_than_there_is()
    {
        var key = BookFixture.Key(_account);
        var held = 0L;

        Parallel.For(0, 100, _ => Interlocked.Add(ref held, _f.TryHold(key, 30).Hold?.Amount.Value ?? 0));

        Assert.Equal(990, held);
        Assert.Equal(10, _f.Book.View(_account).Available.Value);
    }
}
