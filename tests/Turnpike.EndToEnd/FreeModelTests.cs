namespace Turnpike.EndToEnd;

/// <summary>Free models have a limit a minute and a day; only answers count.</summary>
public sealed class FreeModelTests
{
    [Fact]
    public async Task The_limit_a_minute_is_told_with_retry_after_and_figures()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("freeModels.perMinute", 2), new ShiftedTimeProvider());

        var replies = new List<Reply>();
        for (var i = 0; i < 3; i++)
        {
            replies.Add(await gateway.Client.AskAsync(GatewayHarness.Free));
        }

        Assert.Equal([200, 200, 429], replies.Select(static r => r.Status));
        Assert.Equal("rate_limit_exceeded", replies[2].ErrorType);
        Assert.InRange(int.Parse(replies[2].Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal("2", replies[2].Header("X-RateLimit-Limit"));
        Assert.Equal("0", replies[2].Header("X-RateLimit-Remaining"));
        Assert.Equal(200, (await gateway.Client.AskAsync(GatewayHarness.Plain)).Status);
    }

    [Fact]
    public async Task The_limit_a_day_starts_anew_the_next_day_and_is_not_forgotten_before()
    {
        var clock = new ShiftedTimeProvider();
        await using var gateway = await GatewayHarness.StartAsync(
            static c => c.Set("freeModels.perDay", 2).Set("freeModels.perMinute", 0).Set("startingCredit", 1), clock);

        var first = await gateway.Client.AskAsync(GatewayHarness.Free);
        await gateway.Client.AskAsync(GatewayHarness.Free);
        var third = await gateway.Client.AskAsync(GatewayHarness.Free);
        clock.Shift(TimeSpan.FromDays(1));
        var nextDay = await gateway.Client.AskAsync(GatewayHarness.Free);

        Assert.Equal([200, 429, 200], new[] { first.Status, third.Status, nextDay.Status });
    }

    [Fact]
    public async Task Who_was_granted_enough_has_the_higher_limit()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c
            .Set("freeModels.perDay", 1).Set("freeModels.perDayWithCredit", 3).Set("freeModels.perMinute", 0).Set("startingCredit", 10), new ShiftedTimeProvider());

        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            statuses.Add((await gateway.Client.AskAsync(GatewayHarness.Free)).Status);
        }

        Assert.Equal([200, 200, 200, 429], statuses);
    }

    [Fact]
    public async Task Requests_that_failed_do_not_count()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("freeModels.perMinute", 1), new ShiftedTimeProvider());
        gateway.Alpha.On("gift:free", Answer.Error(500));
        Assert.Equal(502, (await gateway.Client.AskAsync(GatewayHarness.Free)).Status);
        gateway.Alpha.On("gift:free", e => Answer.For(e, ["x"], 1, 1));

        await Deadline.UntilAsync(async () => (await gateway.Client.AskAsync(GatewayHarness.Free)).Status == 200, "the endpoint to be tried again");

        Assert.Equal(429, (await gateway.Client.AskAsync(GatewayHarness.Free)).Status);
    }

    [Fact]
    public async Task Requests_at_once_never_overrun_the_limit()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("freeModels.perMinute", 5), new ShiftedTimeProvider());

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.Client.AskAsync(GatewayHarness.Free)));

        Assert.Equal(5, replies.Count(static r => r.Status == 200));
        Assert.Equal(15, replies.Count(static r => r.Status == 429));
    }

    [Fact]
    public async Task Answers_that_were_kept_do_not_count_nor_after_a_restart()
    {
        await using var gateway = await GatewayHarness.StartAsync(
            static c => c.Set("freeModels.perDay", 3).Set("freeModels.perMinute", 0).Set("startingCredit", 1), new ShiftedTimeProvider());
        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            statuses.Add((await gateway.Client.ChatAsync(GatewayClient.Body(GatewayHarness.Free), ("X-OpenRouter-Cache", "true"))).Status);
        }

        await gateway.RestartAsync();
        for (var i = 0; i < 3; i++)
        {
            statuses.Add((await gateway.Client.AskAsync(GatewayHarness.Free)).Status);
        }

        Assert.Equal([200, 200, 200, 200, 200, 200, 429], statuses);
        Assert.Equal(3, gateway.Alpha.Started);
    }
}
