using System.Diagnostics;
using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Core.Tests;

/// <summary>A book and beside it the model: lists of what was granted, held and charged, summed anew for each check.</summary>
internal sealed class BookLife
{
    private readonly BookFixture _f = new();
    private readonly AccountState _account = BookFixture.Account(1_000);
    private readonly KeyState[] _keys;
    private readonly List<Hold> _open = [];
    private readonly List<Hold> _ended = [];
    private readonly List<(KeyState Key, DateOnly Day, long Amount)> _charges = [];
    private DateTimeOffset _now = BookFixture.Noon;
    private long _granted = 1_000;
    private long _notices;

    public BookLife() => _keys =
    [
        BookFixture.Key(_account),
        BookFixture.Key(_account, 300, LimitReset.None, "sk-or-v1-b"),
        BookFixture.Key(_account, 200, LimitReset.Daily, "sk-or-v1-c"),
    ];

    public void Take(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Hold:
                Add(_f.TryHold(_keys[step.Which], step.Amount, _now));
                break;
            case StepKind.ElasticHold:
                var request = new HoldRequest(new(step.Amount * 20L), new(step.Amount / 10), new(step.Amount), IsElastic: true);
                Add(_f.TryHold(_keys[step.Which], request, _now));
                break;
            case StepKind.Post:
                End(step, SettlementKind.Post);
                break;
            case StepKind.Void:
                End(step, SettlementKind.Void);
                break;
            case StepKind.Expire:
                End(step, SettlementKind.Expire);
                break;
            case StepKind.SettleAgain:
                Assert.True(_ended.Count == 0 || _f.Settle(_ended[step.Which % _ended.Count], SettlementKind.Post, step.Amount) is null);
                break;
            case StepKind.Grant:
                _granted += step.Amount;
                _f.Book.Grant(_account, new(step.Amount), ++_notices);
                break;
            case StepKind.RaiseLimit:
                var key = _keys[step.Which];
                _f.Book.Replace(key, key.Key with { Limit = key.Key.Limit is { } limit ? limit + new NanoUsd(step.Amount) : null });
                break;
            case StepKind.Clock:
                _now = _now.AddHours(step.Amount);
                break;
            default:
                throw new UnreachableException();
        }
    }

    public void Check()
    {
        var held = _open.Sum(static h => h.Amount.Value);
        var used = _charges.Sum(static c => c.Amount);
        var view = _f.Book.View(_account);
        Assert.Equal(new(new(_granted - used - held), new(held), new(_granted), new(used)), view);
        Assert.False(view.Available.IsNegative);
        Assert.Equal(_open.Count, _f.Book.OpenHolds);
        foreach (var key in _keys)
        {
            CheckKey(key);
        }
    }

    public void EndAll()
    {
        while (_open.Count > 0)
        {
            End(new(StepKind.Post, 0, 1_000_000), SettlementKind.Post);
        }
    }

    private void CheckKey(KeyState key)
    {
        var mine = _charges.Where(c => c.Key == key).ToList();
        Assert.Equal(mine.Sum(static c => c.Amount), _f.Book.View(key, _now).Spent.Total.Value);
        if (key.Key.Limit is not { } limit)
        {
            return;
        }

        // A day's limit only ever rises here, so each past day must lie below it, too.
        var periods = key.Key.Reset == LimitReset.Daily ? mine.GroupBy(static c => c.Day) : mine.GroupBy(static _ => DateOnly.MinValue);
        Assert.All(periods, p => Assert.True(p.Sum(static c => c.Amount) <= limit.Value, $"{p.Key}: {p.Sum(static c => c.Amount)} of {limit}"));
    }

    private void Add(HoldOutcome outcome)
    {
        Assert.Equal(outcome.Hold is null, outcome.Refusal != HoldRefusal.None);
        if (outcome.Hold is { } hold)
        {
            _open.Add(hold);
        }
    }

    private void End(Step step, SettlementKind kind)
    {
        if (_open.Count == 0)
        {
            return;
        }

        var hold = _open[step.Which % _open.Count];
        _open.Remove(hold);
        _ended.Add(hold);
        var charged = _f.Settle(hold, kind, step.Amount)!.Value.Value;
        Assert.InRange(charged, kind == SettlementKind.Post ? Math.Min(step.Amount, hold.Amount.Value) : 0, kind == SettlementKind.Post ? step.Amount : 0);
        _charges.Add((hold.Key, hold.Day, charged));
    }
}
