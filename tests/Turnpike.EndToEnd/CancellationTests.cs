using System.Diagnostics;

namespace Turnpike.EndToEnd;

/// <summary>Who leaves stops the provider, at once.</summary>
public sealed class CancellationTests : IAsyncLifetime
{
    /// <summary>Far above what it takes (milliseconds), far below what waiting for the provider would take.</summary>
    private static readonly TimeSpan _atOnce = TimeSpan.FromSeconds(5);

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_caller_that_leaves_in_the_middle_of_a_stream_stops_the_provider()
    {
        _gateway.Alpha.On("plain", Answer.Stream([Wire.Role(), Wire.Text("a")]).Then(new Step.Stall()));
        using var raw = await RawClient.ConnectAsync(_gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true"), _gateway.Key);
        await raw.ReadHeadAsync();
        await raw.ReadChunkAsync();

        await AssertLeavingStopsAsync(raw.Abort);
    }

    [Fact]
    public async Task A_caller_that_leaves_while_the_provider_talks_stops_it()
    {
        _gateway.Alpha.On("plain", Answer.Stream([Wire.Role()])
            .Then(Enumerable.Repeat(new Step[] { new Step.Send("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n"u8.ToArray()), new Step.Pause(TimeSpan.FromMilliseconds(5)) }, 2000).SelectMany(static s => s)));
        using var raw = await RawClient.ConnectAsync(_gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true"), _gateway.Key);
        await raw.ReadHeadAsync();
        await raw.ReadChunkAsync();

        await AssertLeavingStopsAsync(raw.Abort);
    }

    [Theory]
    [InlineData("\"stream\":true")]
    [InlineData("")]
    public async Task A_caller_that_leaves_before_anything_has_come_stops_the_provider(string fields)
    {
        _gateway.Alpha.On("plain", Answer.Text(["never"]) with { HeadGate = new TaskCompletionSource().Task });
        using var raw = await RawClient.ConnectAsync(_gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, fields), _gateway.Key);

        await AssertLeavingStopsAsync(raw.Abort);
    }

    private async Task AssertLeavingStopsAsync(Action leave)
    {
        var exchange = await _gateway.Alpha.ExchangeAsync();
        var left = Stopwatch.GetTimestamp();

        leave();

        Assert.Equal(ExchangeEnd.Aborted, await exchange.Ended.WaitAsync(Deadline.Default));
        Assert.True(Stopwatch.GetElapsedTime(left, exchange.EndedAt) < _atOnce, $"{Stopwatch.GetElapsedTime(left, exchange.EndedAt)}");
        await _gateway.SettledAsync();
        Assert.Single(_gateway.Alpha.Exchanges);
    }
}
