using Turnpike.Core.Inference;
using Turnpike.Core.Money;

namespace Turnpike.Core.Tests;

public sealed class CostCalculatorTests
{
    // Two dollars a million in, eight out.
    private static readonly PriceSheet Plain = new() { Prompt = NanoUsd.FromUsd(2), Completion = NanoUsd.FromUsd(8) };

    [Fact]
    public void Tokens_cost_their_price()
    {
        var cost = CostCalculator.Of(Plain, new(1_000_000, 500_000));

        Assert.Equal((NanoUsd.FromUsd(6), NanoUsd.FromUsd(2), NanoUsd.FromUsd(4)), (cost.Total, cost.Prompt, cost.Completion));
    }

    [Fact]
    public void A_generation_is_rounded_once_and_half_goes_up()
    {
        var sheet = new PriceSheet { Prompt = new(250_000), Completion = new(250_000) };

        // A quarter and a quarter of a nano-dollar: rounded apart they would be nothing.
        Assert.Equal(1, CostCalculator.Of(sheet, new(1, 1)).Total.Value);
        Assert.Equal(0, CostCalculator.Of(sheet, new(1, 0)).Total.Value);
    }

    [Fact]
    public void Parts_add_up_to_the_whole()
    {
        var sheet = new PriceSheet { Prompt = new(500_000), Completion = new(400_000) };

        var cost = CostCalculator.Of(sheet, new(1, 1));

        Assert.Equal(cost.Total, cost.Prompt + cost.Completion);
    }

    [Fact]
    public void Parts_of_the_usage_are_charged_at_their_own_price_and_not_twice()
    {
        var sheet = Plain with { CacheRead = NanoUsd.FromUsd(0.5m), CacheWrite = NanoUsd.FromUsd(2.5m), Reasoning = NanoUsd.FromUsd(10) };
        var usage = new TokenUsage(1_000_000, 1_000_000) { CachedTokens = 400_000, CacheWriteTokens = 200_000, ReasoningTokens = 300_000 };

        var cost = CostCalculator.Of(sheet, usage);

        Assert.Equal(NanoUsd.FromUsd((0.4m * 0.5m) + (0.2m * 2.5m) + (0.4m * 2)), cost.Prompt);
        Assert.Equal(NanoUsd.FromUsd((0.3m * 10) + (0.7m * 8)), cost.Completion);
    }

    [Fact]
    public void What_a_cache_keeps_for_an_hour_has_its_own_price_or_that_of_all_that_is_written()
    {
        var sheet = Plain with { CacheWrite = NanoUsd.FromUsd(2.5m), CacheWriteHour = NanoUsd.FromUsd(4) };
        var usage = new TokenUsage(1_000_000, 0) { CacheWriteTokens = 1_000_000, CacheWriteHourTokens = 400_000 };

        Assert.Equal(NanoUsd.FromUsd((0.6m * 2.5m) + (0.4m * 4)), CostCalculator.Of(sheet, usage).Prompt);
        Assert.Equal(NanoUsd.FromUsd(2.5m), CostCalculator.Of(sheet with { CacheWriteHour = null }, usage).Prompt);
    }

    [Fact]
    public void A_part_without_a_price_costs_what_the_whole_costs()
    {
        var usage = new TokenUsage(1_000_000, 1_000_000) { CachedTokens = 400_000, PromptAudioTokens = 100_000, ReasoningTokens = 300_000 };

        Assert.Equal(CostCalculator.Of(Plain, new(1_000_000, 1_000_000)), CostCalculator.Of(Plain, usage));
    }

    [Fact]
    public void A_part_larger_than_its_whole_does_not_make_the_rest_negative()
    {
        var usage = new TokenUsage(10, 10) { CachedTokens = 1_000_000, ReasoningTokens = 1_000_000 };

        Assert.Equal(NanoUsd.FromUsd(2), CostCalculator.Of(Plain, usage).Prompt);
    }

    [Fact]
    public void The_tier_of_a_long_prompt_replaces_all_prices()
    {
        var sheet = Plain with { Tiers = [new(200_000, new PriceSheet { Prompt = NanoUsd.FromUsd(4), Completion = NanoUsd.FromUsd(16) })] };

        Assert.Equal(CostCalculator.Of(Plain, new(200_000, 10)), CostCalculator.Of(sheet, new(200_000, 10)));
        Assert.Equal(CostCalculator.Of(sheet.Tiers[0].Prices, new(200_001, 10)), CostCalculator.Of(sheet, new(200_001, 10)));
    }

    [Fact]
    public void Requests_and_images_are_charged_by_the_piece()
    {
        var sheet = new PriceSheet { Request = new(7), Image = new(100) };

        Assert.Equal(307, CostCalculator.Of(sheet, new(0, 0), images: 3).Total.Value);
    }

    [Fact]
    public void The_worst_case_is_never_below_what_the_usage_costs()
    {
        var random = new Random(7);
        for (var i = 0; i < 5_000; i++)
        {
            var sheet = Sheet(random) with { Tiers = [new(random.Next(1_000), Sheet(random))] };
            var prompt = random.Next(2_000);
            var completion = random.Next(2_000);
            var usage = new TokenUsage(prompt, completion)
            {
                CachedTokens = random.Next(prompt / 2 + 1), CacheWriteTokens = random.Next(prompt / 2 + 1), ReasoningTokens = random.Next(completion + 1),
            };

            Assert.True(CostCalculator.Of(sheet, usage, images: 2).Total <= CostCalculator.WorstCase(sheet, prompt, completion, images: 2, audio: false));
        }
    }

    [Fact]
    public void Tokens_of_images_have_their_own_price_and_are_held_at_it()
    {
        var sheet = Plain with { ImageOutputTokens = NanoUsd.FromUsd(30) };
        var usage = new TokenUsage { PromptTokens = 0, CompletionTokens = 1300, CompletionImageTokens = 1290 };

        Assert.Equal((1290 * 30_000) + (10 * sheet.Completion.Value / 1_000_000), CostCalculator.Of(sheet, usage).Total.Value);
        Assert.Equal(1300 * sheet.Completion.Value / 1_000_000, CostCalculator.Of(Plain, usage).Total.Value);
        Assert.Equal(1300 * 30_000, CostCalculator.WorstCase(sheet, 0, 1300, images: 0, audio: false).Value);
    }

    [Fact]
    public void Tokens_of_given_images_have_their_own_price_and_are_held_at_it()
    {
        var sheet = Plain with { ImageTokens = NanoUsd.FromUsd(80) };
        var usage = new TokenUsage { PromptTokens = 300, CompletionTokens = 0, PromptImageTokens = 290 };

        Assert.Equal((290 * 80_000) + (10 * sheet.Prompt.Value / 1_000_000), CostCalculator.Of(sheet, usage).Total.Value);
        Assert.Equal(300 * sheet.Prompt.Value / 1_000_000, CostCalculator.Of(Plain, usage).Total.Value);
        Assert.Equal(300 * 80_000, CostCalculator.WorstCase(sheet, 300, 0, images: 1, audio: false).Value);
        Assert.Equal(CostCalculator.WorstCase(Plain, 300, 0, images: 0, audio: false), CostCalculator.WorstCase(sheet, 300, 0, images: 0, audio: false));
        Assert.False(new PriceSheet { ImageTokens = NanoUsd.FromUsd(1) }.IsFree);
    }

    [Fact]
    public void The_tokens_that_an_amount_affords_cost_no_more_than_the_amount()
    {
        var afforded = CostCalculator.CompletionTokensFor(Plain, new(1_000_000), promptTokensMax: 10, audio: false);

        Assert.Equal(125, afforded);
        Assert.Equal(long.MaxValue, CostCalculator.CompletionTokensFor(PriceSheet.Free, default, 10, audio: false));
        Assert.Equal(0, CostCalculator.CompletionTokensFor(Plain, new(-1), 10, audio: false));
        Assert.Equal(12, CostCalculator.CompletionTokensFor(Plain with { AudioOutput = NanoUsd.FromUsd(80) }, new(1_000_000), 10, audio: true));
    }

    private static PriceSheet Sheet(Random random) => new()
    {
        Prompt = new(random.Next(10_000_000)),
        Completion = new(random.Next(10_000_000)),
        CacheRead = Maybe(random),
        CacheWrite = Maybe(random),
        Reasoning = Maybe(random),
        Request = Maybe(random),
        Image = Maybe(random),
    };

    private static NanoUsd? Maybe(Random random) => random.Next(2) == 0 ? null : new(random.Next(10_000_000));
}
