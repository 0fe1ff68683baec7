namespace Turnpike.EndToEnd;

/// <summary>What a provider sends is bounded, so that none can take the gateway's memory.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task An_event_beyond_the_limit_ends_the_stream_with_an_error()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("limits.eventBytesMax", 8 << 10));
        gateway.Alpha.On("plain", Answer.Stream([Wire.Role(), Wire.Text("a"), Wire.Text(new string('x', 64 << 10)), Wire.Finish(), Wire.Done]));

        var reply = await gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.NotNull(reply.Error);
        Assert.False(reply.IsDone);
        Assert.DoesNotContain("xxxx", reply.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_answer_beyond_the_limit_is_an_error()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("limits.answerBytesMax", 8 << 10));
        gateway.Alpha.On("plain", Answer.Json(Wire.Whole(new string('x', 64 << 10))));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal(502, reply.Status);
        Assert.Equal("provider_unavailable", reply.ErrorType);
    }

    [Fact]
    public async Task A_request_is_tried_so_often_and_no_more()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("limits.attemptsMax", 1));
        gateway.Alpha.On("pair", Answer.Error(500));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.Equal(502, reply.Status);
        Assert.Empty(gateway.Beta.Exchanges);
    }

    [Fact]
    public async Task A_provider_that_is_full_gives_way_to_the_next()
    {
        await using var gateway = await GatewayHarness.StartAsync(
            providerFields: new() { ["concurrency"] = 1, ["timeouts"] = new System.Text.Json.Nodes.JsonObject { ["queue"] = "20ms" } });
        var gate = new TaskCompletionSource();
        gateway.Alpha.On("pair", Answer.Text(["from alpha"]) with { HeadGate = gate.Task });
        var first = gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);
        await gateway.Alpha.ExchangeAsync();

        var second = await gateway.Client.AskAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);
        gate.SetResult();

        Assert.Equal("Hello there", second.Content);
        Assert.Single(gateway.Beta.Exchanges);
        Assert.Equal("from alpha", (await first).Content);
    }
}
