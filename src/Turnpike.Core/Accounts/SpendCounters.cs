using Turnpike.Core.Money;

namespace Turnpike.Core.Accounts;

/// <summary>What a key has spent: ever, and in the UTC day, week (from Monday) and month of <see cref="Day"/>.</summary>
public readonly record struct SpendCounters(DateOnly Day, NanoUsd Total, NanoUsd Daily, NanoUsd Weekly, NanoUsd Monthly)
{
    /// <summary>The same counters seen on another day: periods that have ended count zero.</summary>
    public SpendCounters On(DateOnly today)
    {
        if (today <= Day)
        {
            return this;
        }

        return new(
            today,
            Total,
            NanoUsd.Zero,
            WeekStart(today) == WeekStart(Day) ? Weekly : NanoUsd.Zero,
            MonthStart(today) == MonthStart(Day) ? Monthly : NanoUsd.Zero);
    }

    /// <summary>Adds a charge that belongs to <paramref name="day"/>, which may lie before <see cref="Day"/>.</summary>
    public SpendCounters Add(DateOnly day, NanoUsd amount) => this with
    {
        Total = Total + amount,
        Daily = day == Day ? Daily + amount : Daily,
        Weekly = WeekStart(day) == WeekStart(Day) ? Weekly + amount : Weekly,
        Monthly = MonthStart(day) == MonthStart(Day) ? Monthly + amount : Monthly,
    };

    /// <summary>What counts towards a limit of that period.</summary>
    public NanoUsd In(LimitReset period) => period switch
    {
        LimitReset.None => Total,
        LimitReset.Daily => Daily,
        LimitReset.Weekly => Weekly,
        LimitReset.Monthly => Monthly,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static DateOnly WeekStart(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    public static DateOnly MonthStart(DateOnly day) => new(day.Year, day.Month, 1);
}
