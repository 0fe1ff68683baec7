using Turnpike.Core.Accounts;
using Turnpike.Core.Money;

namespace Turnpike.Core.Tests;

public sealed class SpendCountersTests
{
    private static readonly DateOnly Wednesday = new(2026, 3, 4);

    private static readonly SpendCounters Spent = new(Wednesday, new(1_000), new(1), new(10), new(100));

    [Theory]
    [InlineData("2026-03-04", 1, 10, 100)]
    [InlineData("2026-03-05", 0, 10, 100)]
    [InlineData("2026-03-08", 0, 10, 100)] // Sunday
    [InlineData("2026-03-09", 0, 0, 100)] // Monday
    [InlineData("2026-04-01", 0, 0, 0)]
    [InlineData("2027-03-04", 0, 0, 0)]
    public void Periods_that_have_ended_count_nothing(string day, long daily, long weekly, long monthly)
    {
        var today = DateOnly.ParseExact(day, "yyyy-MM-dd");

        Assert.Equal(new(today, new(1_000), new(daily), new(weekly), new(monthly)), Spent.On(today));
    }

    [Fact]
    public void A_clock_that_goes_back_resets_nothing() => Assert.Equal(Spent, Spent.On(Wednesday.AddDays(-1)));

    [Fact]
    public void A_late_charge_counts_in_the_periods_of_its_own_day()
    {
        var monday = new DateOnly(2026, 3, 9);
        var counters = Spent.On(monday).Add(Wednesday, new(5));

        Assert.Equal(new(monday, new(1_005), new(0), new(0), new(105)), counters);
    }

    [Fact]
    public void A_week_that_spans_two_months_is_one_week()
    {
        var counters = new SpendCounters(new(2026, 3, 31), new(7), new(7), new(7), new(7)).On(new(2026, 4, 1));

        Assert.Equal((0, 7, 0), (counters.Daily.Value, counters.Weekly.Value, counters.Monthly.Value));
    }

    [Fact]
    public void A_limit_counts_its_own_period()
    {
        Assert.Equal([1_000, 1, 10, 100], Enum.GetValues<LimitReset>().Select(r => Spent.In(r).Value));
    }
}
