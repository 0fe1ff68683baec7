namespace Turnpike.EndToEnd.Routing;

/// <summary>An endpoint that fails is shut out, probed when it has been quiet, and let in again.</summary>
public sealed class BreakerTests : IAsyncLifetime
{
    private readonly ShiftedTimeProvider _time = new(shiftsElapsed: true);
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(time: _time);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_opens_probes_and_closes(bool stream)
    {
        _gateway.Alpha.On("pair", Answer.Error(503));
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal("Hello there", await AskAsync(stream, GatewayHarness.AlphaFirst));
        }

        Assert.Equal(0, await ShareAsync());
        var asked = _gateway.Alpha.Started;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("Hello there", await AskAsync(stream));
        }

        Assert.Equal(asked, _gateway.Alpha.Started);

        _time.Shift(TimeSpan.FromSeconds(40));
        Assert.InRange(await ShareAsync(), 0.001, 0.05);

        _gateway.Alpha.On("pair", static e => Answer.For(e, ["Hello there"], 10, 2));
        for (var i = 0; i < 12; i++)
        {
            // Named by the caller, it is asked whatever the balance thinks of it: as a probe is.
            Assert.Equal("Hello there", await AskAsync(stream, GatewayHarness.AlphaFirst));
        }

        _time.Shift(TimeSpan.FromMinutes(10));
        Assert.InRange(await ShareAsync(), 0.2, 1);
    }

    [Fact]
    public async Task Flapping_for_a_minute_no_caller_notices()
    {
        for (var second = 0; second < 60; second++)
        {
            _gateway.Alpha.On("pair", second / 5 % 2 == 0 ? Answer.Error(500) : Answer.Text(["Hello there"], 10, 2));
            Assert.Equal("Hello there", await AskAsync(stream: true));
            _time.Shift(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Refused_credentials_pause_the_whole_provider()
    {
        _gateway.Alpha.On("pair", Answer.Error(401, "bad key"));
        await AskAsync(stream: false, GatewayHarness.AlphaFirst);

        Assert.Equal(0, await ShareAsync());

        _time.Shift(TimeSpan.FromMinutes(6));
        Assert.NotEqual(0, await ShareAsync());
    }

    [Fact]
    public async Task A_rate_limit_is_no_fault()
    {
        _gateway.Alpha.On("pair", Answer.Error(429));
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal("Hello there", await AskAsync(stream: false, GatewayHarness.AlphaFirst));
        }

        var reply = await _gateway.Client.GetAsync("/api/v1/models/test/pair/endpoints");
        var alpha = reply.Json["data"]!["endpoints"]!.AsArray().Single(static e => (string)e!["tag"]! == "alpha")!;
        Assert.Null(alpha["uptime_last_5m"]); // it has not been seen to fail, nor to answer
    }

    private async Task<string?> AskAsync(bool stream, string fields = "") => stream
        ? (await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, fields)).Content
        : (await _gateway.Client.AskAsync(GatewayHarness.Pair, fields)).Content;

    // The share of requests that begin at alpha; zero where none do.
    private async Task<double> ShareAsync()
    {
        var reply = await _gateway.Client.PostAsync("/api/v1/route/explain", GatewayClient.Body(GatewayHarness.Pair));
        var candidates = reply.Json["data"]!["candidates"]!.AsArray();
        return (double?)candidates.Single(static c => (string)c!["tag"]! == "alpha")!["share"] ?? 0;
    }
}
