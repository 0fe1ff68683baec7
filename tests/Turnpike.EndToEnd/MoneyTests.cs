using System.Globalization;
using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Nobody spends what they do not have, however many ask at once.</summary>
public sealed class MoneyTests
{
    private const int AtOnce = 20;

    [Fact]
    public async Task Too_little_credit_is_told_with_the_amounts()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("startingCredit", 0.001m));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain, "\"max_tokens\":4000");

        Assert.Equal(402, reply.Status);
        Assert.Equal("payment_required", reply.ErrorType);
        Assert.Contains("$0.001", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("max_tokens", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task Without_any_credit_priced_models_are_refused_and_free_ones_are_not()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("startingCredit", 0));

        Assert.Equal(402, (await gateway.Client.AskAsync(GatewayHarness.Plain)).Status);
        Assert.Equal(200, (await gateway.Client.AskAsync(GatewayHarness.Free)).Status);
    }

    [Fact]
    public async Task A_grant_is_in_force_without_a_restart()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("startingCredit", 0));
        Assert.Equal(402, (await gateway.Client.AskAsync(GatewayHarness.Plain)).Status);

        await gateway.GrantAsync(1);

        await Deadline.UntilAsync(async () => (await gateway.Client.AskAsync(GatewayHarness.Plain)).Status == 200, "the grant to be in force");
    }

    [Fact]
    public async Task An_answer_to_a_limited_key_says_what_it_may_still_spend()
    {
        await using var gateway = await GatewayHarness.StartAsync();
        gateway.Alpha.Otherwise(e => Answer.For(e, ["x"], promptTokens: 10, completionTokens: 100));
        var client = await gateway.LimitedClientAsync(0.5m, "none");

        var reply = await client.AskAsync(GatewayHarness.Plain, "\"max_tokens\":100");

        Assert.Equal("0.5", reply.Header("X-Credit-Limit"));
        Assert.InRange(decimal.Parse(reply.Header("X-Credit-Remaining")!, CultureInfo.InvariantCulture), 0.4m, 0.499_999m);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("daily")]
    public async Task A_keys_limit_is_never_overrun_by_requests_at_once(string reset)
    {
        // Each answer costs 10 × 1 + 100 × 2 = 210 millionths of a dollar, so that the limit affords four and not five.
        await using var gateway = await GatewayHarness.StartAsync(time: new ShiftedTimeProvider());
        gateway.Alpha.Otherwise(e => Answer.For(e, ["x"], promptTokens: 10, completionTokens: 100));
        var client = await gateway.LimitedClientAsync(0.000_9m, reset);

        var statuses = await AtOnceAsync(() => StatusAsync(client, "\"max_tokens\":100"));

        Assert.All(statuses, static s => Assert.True(s is 200 or 402, $"{s}"));
        Assert.InRange(statuses.Count(static s => s == 200), 1, 4);
        await gateway.SettledAsync();
        var key = (await client.GetAsync("/api/v1/key")).Json["data"]!;
        Assert.Equal(statuses.Count(static s => s == 200) * 0.000_21m, key["usage"]!.GetValue<decimal>());
        Assert.True(key["limit_remaining"]!.GetValue<decimal>() >= 0);
    }

    [Fact]
    public async Task The_balance_is_never_below_zero_by_requests_at_once()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("startingCredit", 0.000_9m));
        gateway.Alpha.Otherwise(e => Answer.For(e, ["x"], promptTokens: 10, completionTokens: 100));

        var statuses = await AtOnceAsync(() => StatusAsync(gateway.Client, "\"max_tokens\":100"));

        await gateway.SettledAsync();
        Assert.InRange(statuses.Count(static s => s == 200), 1, 4);
        Assert.Equal(900_000 - (statuses.Count(static s => s == 200) * 210_000), gateway.Available);
    }

    [Fact]
    public async Task Even_a_provider_that_reports_more_than_was_held_takes_no_balance_below_zero()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("startingCredit", 0.000_9m));
        gateway.Alpha.Otherwise(e => Answer.For(e, ["x"], promptTokens: 10, completionTokens: 1_000_000));

        await AtOnceAsync(() => StatusAsync(gateway.Client, "\"max_tokens\":100"));

        await gateway.SettledAsync();
        Assert.True(gateway.Available >= 0);
    }

    [Fact]
    public async Task What_is_held_is_enough_for_the_dearest_tier_that_the_prompt_can_reach()
    {
        // 3,000 tokens are in the tier: 3,000 × 10 + 100 × 20 = 32,000 millionths of a dollar, of which the limit affords one. At the base
        // price it would afford many.
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Endpoint("alpha", "test/tiered", fields: [("prices", new JsonObject
        {
            ["prompt"] = 1,
            ["completion"] = 2,
            ["tiers"] = new JsonArray(new JsonObject { ["minPromptTokens"] = 1000, ["prompt"] = 10, ["completion"] = 20 }),
        })]));
        gateway.Alpha.Otherwise(e => Answer.For(e, ["x"], promptTokens: 3000, completionTokens: 100));
        var client = await gateway.LimitedClientAsync(0.045m);
        var body = $$"""{"model":"test/tiered","max_tokens":100,"messages":[{"role":"user","content":"{{new string('x', 3000)}}"}]}""";

        var statuses = await AtOnceAsync(async () => (await client.ChatAsync(body)).Status);

        Assert.Equal(1, statuses.Count(static s => s == 200));
        Assert.Equal(0.032m, (await client.GetAsync("/api/v1/key")).Json["data"]!["usage"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task What_is_held_is_enough_for_the_service_tier_that_is_asked_for()
    {
        // 10 × 20 + 100 × 40 = 4,200 millionths in the tier; the limit affords one such answer, and four at the base price.
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Endpoint("alpha", "test/tiered", fields:
        [
            ("prices", new JsonObject { ["prompt"] = 1, ["completion"] = 10 }),
            ("tierPrices", new JsonObject { ["priority"] = new JsonObject { ["prompt"] = 20, ["completion"] = 40 } }),
        ]));
        gateway.Alpha.Otherwise(e => Answer.For(e, ["x"], promptTokens: 10, completionTokens: 100));
        var client = await gateway.LimitedClientAsync(0.0075m);

        var statuses = await AtOnceAsync(async () => (await client.AskAsync("test/tiered", "\"max_tokens\":100,\"service_tier\":\"priority\"")).Status);

        Assert.Equal(1, statuses.Count(static s => s == 200));
        Assert.Equal(0.0042m, (await client.GetAsync("/api/v1/key")).Json["data"]!["usage"]!.GetValue<decimal>());
    }

    [Theory]
    [InlineData(2, 200, "alpha")]
    [InlineData(200, 2, "beta")]
    public async Task What_is_held_is_enough_for_the_dearest_endpoint_that_may_answer(int alpha, int beta, string cheap)
    {
        // 100 tokens are 200 millionths at one and 20,000 at the other, which answers where the first fails.
        await using var gateway = await GatewayHarness.StartAsync(c => c
            .Endpoint("alpha", "test/uneven", prompt: 0, completion: alpha)
            .Endpoint("beta", "test/uneven", prompt: 0, completion: beta));
        var client = await gateway.LimitedClientAsync(0.019m);

        var both = await client.AskAsync("test/uneven", $"\"max_tokens\":100,{GatewayHarness.AlphaFirst}");
        var one = await client.AskAsync("test/uneven", $"\"max_tokens\":100,\"provider\":{{\"only\":[\"{cheap}\"]}}");

        Assert.Equal((402, 200), (both.Status, one.Status));
        Assert.Equal(1, gateway.Alpha.Started + gateway.Beta.Started);
    }

    [Fact]
    public async Task No_address_brings_a_caller_without_credit_to_a_provider()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("startingCredit", 0));
        const string Body = """{"model":"test/plain","messages":[{"role":"user","content":"x"}],"input":"x","prompt":"x","max_tokens":9}""";

        Assert.Contains(gateway.PostAddresses, static a => a == "/api/v1/chat/completions");
        foreach (var address in gateway.PostAddresses)
        {
            Assert.InRange((await gateway.Client.PostAsync(address, Body)).Status, 400, 499);
        }

        Assert.Empty(gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task A_daily_limit_starts_anew_at_midnight()
    {
        var clock = new ShiftedTimeProvider();
        await using var gateway = await GatewayHarness.StartAsync(time: clock);
        gateway.Alpha.Otherwise(e => Answer.For(e, ["x"], promptTokens: 10, completionTokens: 100));
        var client = await gateway.LimitedClientAsync(0.000_4m, "daily");

        var today = await client.AskAsync(GatewayHarness.Plain, "\"max_tokens\":100");
        var again = await client.AskAsync(GatewayHarness.Plain, "\"max_tokens\":100");
        clock.Shift(TimeSpan.FromDays(1));
        var tomorrow = await client.AskAsync(GatewayHarness.Plain, "\"max_tokens\":100");

        Assert.Equal([200, 402, 200], new[] { today.Status, again.Status, tomorrow.Status });
        Assert.Contains("limit", again.ErrorMessage, StringComparison.Ordinal);
    }

    private static async Task<int> StatusAsync(GatewayClient client, string fields) => (await client.AskAsync(GatewayHarness.Plain, fields)).Status;

    private static async Task<int[]> AtOnceAsync(Func<Task<int>> ask)
    {
        var barrier = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            await barrier.Task;
            return await ask();
        }).ToList();
        barrier.SetResult();
        return await Task.WhenAll(asking);
    }
}
