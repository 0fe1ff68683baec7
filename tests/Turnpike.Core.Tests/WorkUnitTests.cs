using Turnpike.Core.Inference;
using Turnpike.Core.Money;
using Xunit;

namespace Turnpike.Core.Tests;

/// <summary>What is charged by count, beside tokens.</summary>
public sealed class WorkUnitTests
{
    private static readonly PriceSheet _sheet = new()
    {
        Prompt = NanoUsd.FromUsd(1),
        ImageOutput = NanoUsd.FromUsd(0.04m),
        Characters = NanoUsd.FromUsd(15),
        SearchUnit = NanoUsd.FromUsd(0.002m),
        AudioHour = NanoUsd.FromUsd(0.36m),
    };

    [Fact]
    public void Each_kind_is_charged_at_its_own_price()
    {
        Assert.Equal(120_000_000, Cost(new() { Images = 3 }));
        Assert.Equal(15_000, Cost(new() { Characters = 1 }));
        Assert.Equal(4_000_000, Cost(new() { SearchUnits = 2 }));
        Assert.Equal(920_000, Cost(new() { AudioMilliseconds = 9200 }));
        Assert.Equal(100, Cost(new() { AudioMilliseconds = 1 }));
        Assert.Equal(10_000 + 40_000_000, CostCalculator.Of(_sheet, new(10, 0), 0, new() { Images = 1 }).Total.Value);
    }

    [Fact]
    public void Without_a_price_units_cost_nothing_and_with_one_a_sheet_is_not_free()
    {
        Assert.True(CostCalculator.Of(PriceSheet.Free, default, 0, new() { Images = 3, Characters = 9, SearchUnits = 1, AudioMilliseconds = 5 }).Total.IsZero);
        Assert.False(new PriceSheet { Characters = new(1) }.IsFree);
        Assert.False(new PriceSheet { ImageOutput = new(1) }.IsFree);
        Assert.False(new PriceSheet { SearchUnit = new(1) }.IsFree);
        Assert.False(new PriceSheet { AudioHour = new(1) }.IsFree);
    }

    [Fact]
    public void The_most_that_a_request_can_cost_has_its_units()
    {
        var units = new WorkUnits { Images = 2, Characters = 3, SearchUnits = 4, AudioMilliseconds = 5 };

        Assert.Equal(
            CostCalculator.WorstCase(_sheet, 10, 0, 0, audio: false) + CostCalculator.Of(_sheet, default, 0, units).Total,
            CostCalculator.WorstCase(_sheet, 10, 0, 0, audio: false, units));
    }

    private static long Cost(WorkUnits units) => CostCalculator.Of(_sheet, default, 0, units).Total.Value;
}
