using System.Collections.Concurrent;
using Turnpike.Core.Accounts;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Gateway.Admission;

/// <summary>Counts an account's requests to <c>:free</c> models by minute and by UTC day. A place is taken at admission and given back
/// when the request fails, so that only successes count and no concurrency passes the limit.</summary>
/// <remarks>More keys do not raise it: it counts by account. After a start the day's count is read from the store once.</remarks>
internal sealed class FreeModelQuota(IStore store, Book book, GatewayOptions options, TimeProvider time) : IFreeModelQuota
{
    private readonly ConcurrentDictionary<AccountId, Counter> _counters = new();

    private sealed class Counter
    {
        public readonly Lock Gate = new();
        public long Minute;
        public int InMinute;
        public DateOnly Day;
        public int InDay;
        public bool IsLoaded;
    }

    /// <inheritdoc/>
    public async ValueTask<FreeQuotaView> ViewAsync(KeyState key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var counter = await CounterAsync(key, cancellationToken);
        var limit = DayLimit(key);
        lock (counter.Gate)
        {
            Roll(counter, time.GetUtcNow());
            return new(limit == 0 ? null : limit, counter.InDay);
        }
    }

    /// <summary>Takes a place, or says which limit is used up. <paramref name="state"/> is what is left of the nearer limit.</summary>
    public async ValueTask<(GatewayError? Error, RateLimitState? State)> TakeAsync(KeyState key, CancellationToken cancellationToken)
    {
        var counter = await CounterAsync(key, cancellationToken);
        var now = time.GetUtcNow();
        var perMinute = options.FreeModels.PerMinute;
        var perDay = DayLimit(key);
        lock (counter.Gate)
        {
            Roll(counter, now);
            var nextMinute = DateTimeOffset.FromUnixTimeSeconds((counter.Minute + 1) * 60);
            if (perMinute > 0 && counter.InMinute >= perMinute)
            {
                return (GatewayErrors.FreeLimitReached(new(perMinute, 0, nextMinute), "minute", nextMinute - now), null);
            }

            var nextDay = new DateTimeOffset(counter.Day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
            if (perDay > 0 && counter.InDay >= perDay)
            {
                return (GatewayErrors.FreeLimitReached(new(perDay, 0, nextDay), "day", nextDay - now), null);
            }

            counter.InMinute++;
            counter.InDay++;
            var leftInMinute = perMinute - counter.InMinute;
            var leftInDay = perDay - counter.InDay;
            RateLimitState? state = (perMinute > 0, perDay > 0) switch
            {
                (true, true) => leftInMinute < leftInDay ? new(perMinute, leftInMinute, nextMinute) : new(perDay, leftInDay, nextDay),
                (true, false) => new(perMinute, leftInMinute, nextMinute),
                (false, true) => new(perDay, leftInDay, nextDay),
                (false, false) => null,
            };
            return (null, state);
        }
    }

    /// <summary>Gives back the place of a request that failed.</summary>
    public void Return(KeyState key, DateTimeOffset takenAt)
    {
        if (!_counters.TryGetValue(key.Account.Id, out var counter))
        {
            return;
        }

        lock (counter.Gate)
        {
            if (counter.Minute == takenAt.ToUnixTimeSeconds() / 60)
            {
                counter.InMinute = Math.Max(0, counter.InMinute - 1);
            }

            if (counter.Day == DateOnly.FromDateTime(takenAt.UtcDateTime))
            {
                counter.InDay = Math.Max(0, counter.InDay - 1);
            }
        }
    }

    private async ValueTask<Counter> CounterAsync(KeyState key, CancellationToken cancellationToken)
    {
        var counter = _counters.GetOrAdd(key.Account.Id, static _ => new Counter());
        if (!Volatile.Read(ref counter.IsLoaded))
        {
            await LoadAsync(key.Account.Id, counter, cancellationToken);
        }

        return counter;
    }

    private int DayLimit(KeyState key) =>
        book.View(key.Account).Granted >= NanoUsd.FromUsd(options.FreeModels.CreditThresholdUsd)
            ? options.FreeModels.PerDayWithCredit
            : options.FreeModels.PerDay;

    private async Task LoadAsync(AccountId account, Counter counter, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var count = await store.CountFreeRequestsAsync(account, new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), cancellationToken);
        lock (counter.Gate)
        {
            if (!counter.IsLoaded)
            {
                counter.Day = DateOnly.FromDateTime(now.UtcDateTime);
                counter.InDay += count;
                counter.IsLoaded = true;
            }
        }
    }

    private static void Roll(Counter counter, DateTimeOffset now)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        if (minute != counter.Minute)
        {
            (counter.Minute, counter.InMinute) = (minute, 0);
        }

        var day = DateOnly.FromDateTime(now.UtcDateTime);
        if (day != counter.Day)
        {
            (counter.Day, counter.InDay) = (day, 0);
        }
    }
}
