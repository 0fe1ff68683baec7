namespace Turnpike.EndToEnd;

/// <summary>Comments keep a waiting stream alive where the operator wants them.</summary>
public sealed class KeepAliveTests
{
    [Fact]
    public async Task Comments_come_while_the_provider_thinks()
    {
        var gate = new TaskCompletionSource();
        await using var gateway = await GatewayHarness.StartAsync(c => c
            .Set("streaming.keepAliveInterval", "20ms").Set("streaming.keepAliveComment", "STILL HERE"));
        gateway.Alpha.On("plain", Answer.Text(["hi"]) with { HeadGate = gate.Task });
        using var raw = await RawClient.ConnectAsync(gateway.Address);

        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true"), gateway.Key);
        var head = await raw.ReadHeadAsync();
        var first = await raw.ReadChunkAsync();
        var second = await raw.ReadChunkAsync();
        gate.SetResult();
        var (rest, isWhole) = await raw.ReadBodyAsync(head);

        Assert.Equal(200, head.Status);
        Assert.Equal(": STILL HERE\n\n"u8.ToArray(), first);
        Assert.Equal(first, second);
        Assert.True(isWhole);
        Assert.EndsWith("data: [DONE]\n\n", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comments_come_while_the_provider_pauses_in_the_middle()
    {
        var gate = new TaskCompletionSource();
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("streaming.keepAliveInterval", "20ms"));
        gateway.Alpha.On("plain", Answer.Stream([Wire.Role(), Wire.Text("a")]).Then(new Step.Until(gate.Task)).Then(Wire.Text("b") + Wire.Finish() + Wire.Done));
        using var response = await gateway.Client.SendAsync(
            gateway.Client.Request(HttpMethod.Post, "/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true")));

        var items = new List<SseItem>();
        await foreach (var item in SseReader.ReadAsync(await response.Content.ReadAsStreamAsync(), Deadline.Token()))
        {
            items.Add(item);
            if (item.Comment is not null)
            {
                gate.TrySetResult();
            }
        }

        Assert.Contains(items, static i => i.Comment == "TURNPIKE PROCESSING");
        Assert.True(items[^1].IsDone);
    }

    [Fact]
    public async Task There_are_none_where_they_are_turned_off()
    {
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("streaming.keepAliveInterval", 0));
        gateway.Alpha.On("plain", Answer.Stream([Wire.Role(), Wire.Text("a")])
            .Then(new Step.Pause(TimeSpan.FromMilliseconds(150))).Then(Wire.Finish() + Wire.Done));

        var reply = await gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.True(reply.IsDone);
        Assert.DoesNotContain(reply.Items, static i => i.Comment is not null);
    }

    [Fact]
    public async Task A_failure_after_comments_is_told_in_the_stream()
    {
        var gate = new TaskCompletionSource();
        await using var gateway = await GatewayHarness.StartAsync(c => c.Set("streaming.keepAliveInterval", "20ms"));
        gateway.Alpha.On("plain", Answer.Error(503) with { HeadGate = gate.Task });
        using var response = await gateway.Client.SendAsync(
            gateway.Client.Request(HttpMethod.Post, "/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true")));

        var items = new List<SseItem>();
        await foreach (var item in SseReader.ReadAsync(await response.Content.ReadAsStreamAsync(), Deadline.Token()))
        {
            items.Add(item);
            gate.TrySetResult();
        }

        Assert.Equal(200, (int)response.StatusCode);
        var last = items.Last(static i => i.Data is not null);
        Assert.False(last.IsDone);
        Assert.Contains("\"error\"", last.Data, StringComparison.Ordinal);
    }
}
