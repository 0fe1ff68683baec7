using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Core.Money;

namespace Turnpike.Core.Ledger;

/// <summary>The book of money: decides every hold and settlement in memory, atomically, and writes it to the journal before it is told.</summary>
/// <remarks>One lock orders memory and journal alike, so that the store, which applies the journal in order, can never be asked for a
/// balance below zero. It is held for about a microsecond and never over I/O that waits. Thread-safe.</remarks>
public sealed class Book(IJournal journal)
{
    /// <summary>A request without an output limit takes at most one part in this many of what its account can spend (but at least what
    /// an answer of usual length costs), so that the requests beside it find something too.</summary>
    internal const int ElasticShare = 16;

    private readonly Lock _gate = new();
    private readonly HashSet<Hold> _open = [];

    /// <summary>Holds that have not ended.</summary>
    public int OpenHolds
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Sets credit aside, or says why not. The hold survives the death of the process from here on.</summary>
    /// <param name="model">The model asked for, kept with the hold so that an expired one can be explained.</param>
    public HoldOutcome TryHold(
        GenerationId id, KeyState key, in HoldRequest request, DateTimeOffset now, TimeSpan lease, string model, string? externalUser)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_gate)
        {
            var account = key.Account;
            var keyLeft = LimitRemaining(key, now);
            var spendable = NanoUsd.Min(account.Available, keyLeft ?? account.Available);
            if (Affordable(request, spendable) is not { } amount)
            {
                var refusal = account.Available < request.Least || keyLeft is null ? HoldRefusal.Credit : HoldRefusal.KeyLimit;
                return new(null, keyLeft < account.Available ? HoldRefusal.KeyLimit : refusal, spendable);
            }

            var hold = new Hold(id, key, amount, now, now + lease);
            if (!journal.TryAppendHold(hold, model, externalUser))
            {
                return new(null, HoldRefusal.Unavailable, spendable);
            }

            account.Available -= amount;
            account.Held += amount;
            key.Held += amount;
            _open.Add(hold);
            return new(hold, HoldRefusal.None, spendable);
        }
    }

    /// <summary>Ends a hold: <see cref="SettlementKind.Post"/> at its cost, the others at nothing. A cost above the hold is collected from
    /// what the account has and the key's limit leaves; the rest is not collected.</summary>
    /// <returns>What was charged; null, and nothing is booked, when the hold had ended before.</returns>
    public NanoUsd? Settle(Hold hold, SettlementKind kind, NanoUsd cost, GenerationRecord record)
    {
        ArgumentNullException.ThrowIfNull(hold);
        ArgumentNullException.ThrowIfNull(record);
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, NanoUsd.Zero);
        lock (_gate)
        {
            if (!_open.Remove(hold))
            {
                return null;
            }

            var key = hold.Key;
            var account = key.Account;
            var charged = kind == SettlementKind.Post ? NanoUsd.Min(cost, hold.Amount + Beyond(hold)) : NanoUsd.Zero;
            journal.AppendSettlement(hold, kind, charged, record with { Charged = charged });
            account.Held -= hold.Amount;
            account.Available += hold.Amount - charged;
            account.Used += charged;
            key.Held -= hold.Amount;
            key.Spent = key.Spent.On(hold.Day).Add(hold.Day, charged);
            return charged;
        }
    }

    /// <summary>Adds credit that the store already has; a grant that the account was loaded with is not added again.</summary>
    public void Grant(AccountState account, NanoUsd amount, long noticeSequence)
    {
        ArgumentNullException.ThrowIfNull(account);
        lock (_gate)
        {
            if (noticeSequence > account.NoticeSequence)
            {
                account.NoticeSequence = noticeSequence;
                account.Available += amount;
                account.Granted += amount;
            }
        }
    }

    /// <summary>Puts a changed key in force; what it has spent and holds stays.</summary>
    public void Replace(KeyState state, ApiKey key)
    {
        ArgumentNullException.ThrowIfNull(state);
        lock (_gate)
        {
            state.Key = key;
        }
    }

    /// <summary>What <see cref="TryHold"/> would set aside now; null where it would refuse. Nothing is set aside.</summary>
    public NanoUsd? Preview(KeyState key, in HoldRequest request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_gate)
        {
            var available = key.Account.Available;
            return Affordable(request, NanoUsd.Min(available, LimitRemaining(key, now) ?? available));
        }
    }

    /// <summary>What the account has now.</summary>
    public AccountView View(AccountState account)
    {
        ArgumentNullException.ThrowIfNull(account);
        lock (_gate)
        {
            return new(account.Available, account.Held, account.Granted, account.Used);
        }
    }

    /// <summary>What the key has spent and may still spend now.</summary>
    public KeyView View(KeyState key, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_gate)
        {
            return new(key.Spent.On(DayOf(now)), key.Held, LimitRemaining(key, now));
        }
    }

    /// <summary>Holds whose lease has run out, for the sweeper to expire.</summary>
    public IReadOnlyList<Hold> Overdue(DateTimeOffset now)
    {
        lock (_gate)
        {
            return [.. _open.Where(h => h.LeaseUntil <= now)];
        }
    }

    private static NanoUsd? Affordable(in HoldRequest request, NanoUsd spendable)
    {
        if (!request.IsElastic)
        {
            return request.Full <= spendable ? request.Full : null;
        }

        if (request.Least > spendable)
        {
            return null;
        }

        var share = NanoUsd.Max(new(spendable.Value / ElasticShare), NanoUsd.Max(request.Usual, request.Least));
        return NanoUsd.Min(request.Full, NanoUsd.Min(share, spendable));
    }

    /// <summary>What may be collected above a hold's amount.</summary>
    private static NanoUsd Beyond(Hold hold)
    {
        var key = hold.Key;
        var available = key.Account.Available;
        if (key.Key.Limit is null)
        {
            return available;
        }

        // The charge counts in the period of the hold's day. Once the key has been used on a later day, what that period has left is
        // not known any more, so nothing is taken from it.
        var isPast = key.Key.Reset != LimitReset.None && hold.Day < key.Spent.Day;
        return isPast ? NanoUsd.Zero : NanoUsd.Min(available, LimitRemaining(key, hold.At) ?? available);
    }

    private static NanoUsd? LimitRemaining(KeyState key, DateTimeOffset now)
    {
        if (key.Key.Limit is not { } limit)
        {
            return null;
        }

        var left = limit - key.Spent.On(DayOf(now)).In(key.Key.Reset) - key.Held;
        return NanoUsd.Max(left, NanoUsd.Zero);
    }

    private static DateOnly DayOf(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime);
}
