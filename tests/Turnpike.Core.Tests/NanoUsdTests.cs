using Turnpike.Core.Money;

namespace Turnpike.Core.Tests;

public sealed class NanoUsdTests
{
    [Fact]
    public void Sums_that_do_not_fit_throw_and_do_not_wrap()
    {
        var most = new NanoUsd(long.MaxValue);

        Assert.Throws<OverflowException>(() => most + new NanoUsd(1));
        Assert.Throws<OverflowException>(() => -most - new NanoUsd(2));
    }

    [Theory]
    [InlineData("0.000123", 123_000)]
    [InlineData("5", 5_000_000_000)]
    [InlineData("-0.000000001", -1)]
    [InlineData("0", 0)]
    public void Prints_dollars_without_trailing_zeros(string text, long nano) => Assert.Equal(text, new NanoUsd(nano).ToString());

    [Fact]
    public void Takes_no_more_than_nine_decimals()
    {
        Assert.Equal(1, NanoUsd.FromUsd(0.000000001m).Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => NanoUsd.FromUsd(0.0000000001m));
    }
}
