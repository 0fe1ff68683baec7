using System.Diagnostics;

namespace Turnpike.EndToEnd.Faults;

/// <summary>An endpoint that usually answers quickly is not waited for as long as it is allowed.</summary>
public sealed class LearnedLimitTests : IAsyncLifetime
{
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHarness.StartAsync(static c => c.Set("limits.learnedFloor", "200ms"));
        for (var i = 0; i < 40; i++)
        {
            Assert.True((await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst)).IsDone);
        }
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Its_first_token_is_not_waited_for_a_minute()
    {
        _gateway.Alpha.On("pair", Answer.Stream([Wire.Role()]).Then(new Step.Stall()));
        var started = Stopwatch.GetTimestamp();

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.True(reply.IsDone);
        Assert.Equal("beta", (string)reply.Chunks[^1]["provider"]!, ignoreCase: true);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_silence_within_its_answer_neither()
    {
        _gateway.Alpha.On("pair", Answer.Stream([Wire.Role(), Wire.Text("Hello")]).Then(new Step.Stall()));
        var started = Stopwatch.GetTimestamp();

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.Equal("Hello there", reply.Content);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(20));
    }
}
