using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Faults;

/// <summary>Whatever one endpoint does, the caller gets the whole answer from another, once, and pays for it once.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private const string Long = "test/long";

    // Ten prompt tokens at one dollar and sixty of output at two, per million.
    private const long Price = (10 * 1_000) + (FaultScripts.Words * 2_000);

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHarness.StartAsync(
            static c => c.Endpoint("beta", Long, fields: ("contextLength", 100_000)),
            providerFields: new() { ["timeouts"] = new JsonObject { ["firstToken"] = "700ms", ["idle"] = "500ms", ["total"] = "2s" } });
        _gateway.Beta.Otherwise(static e => e.IsStream ? FaultScripts.Full() : Answer.Json(Wire.Whole(FaultScripts.Whole, 10, FaultScripts.Words)));
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    public static TheoryData<string> Streamed => [.. FaultScripts.Streamed.Keys];

    public static TheoryData<string> Odd => [.. FaultScripts.Odd.Keys];

    public static TheoryData<string> Unstreamed => [.. FaultScripts.Unstreamed.Keys];

    [Theory]
    [MemberData(nameof(Streamed))]
    public async Task The_caller_of_a_stream_gets_the_whole_answer(string fault)
    {
        _gateway.Alpha.On("pair", FaultScripts.Streamed[fault]());

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst + ",\"models\":[\"test/long\"]");

        await AssertWholeAsync(reply, "beta");
        Assert.InRange(_gateway.Alpha.Started + _gateway.Beta.Started, 2, 4);
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task An_odd_stream_that_is_whole_is_told_as_it_should_be(string oddity)
    {
        _gateway.Alpha.On("pair", FaultScripts.Odd[oddity]());

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        await AssertWholeAsync(reply, "alpha");
        Assert.Empty(_gateway.Beta.Exchanges);
    }

    [Theory]
    [MemberData(nameof(Unstreamed))]
    public async Task The_caller_of_a_whole_answer_gets_it(string fault)
    {
        _gateway.Alpha.On("pair", FaultScripts.Unstreamed[fault]());
        var before = _gateway.Available;

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst + ",\"models\":[\"test/long\"]");

        Assert.True(reply is { Status: 200, Content: var content } && content == FaultScripts.Whole, reply.Text);
        Assert.Equal("Beta", (string?)reply.Json["provider"], ignoreCase: true);
        Assert.Equal(Price, reply.CostNano);
        await _gateway.SettledAsync();
        Assert.Equal(before - Price, _gateway.Available);
        Assert.InRange(_gateway.Alpha.Started + _gateway.Beta.Started, 2, 4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lone_endpoint_that_fails_once_is_asked_again(bool stream)
    {
        var asked = 0;
        _gateway.Alpha.On("plain", e => asked++ == 0 ? Answer.Error(500) : Answer.For(e, ["again"], 1, 1));

        var content = stream
            ? (await _gateway.Client.AskStreamAsync(GatewayHarness.Plain)).Content
            : (await _gateway.Client.AskAsync(GatewayHarness.Plain)).Content;

        Assert.Equal(("again", 2), (content, asked));
    }

    [Fact]
    public async Task A_lone_endpoint_that_names_a_short_wait_is_asked_again_after_it()
    {
        var time = new TimerRecorder();
        await using var gateway = await GatewayHarness.StartAsync(time: time);
        var asked = 0;
        gateway.Alpha.On("plain", e => asked++ == 0 ? Answer.Error(429).With("retry-after-ms", "41") : Answer.For(e, ["again"], 1, 1));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal("again", reply.Content);
        Assert.Equal(2, gateway.Alpha.Started);
        Assert.Single(time.Waits, TimeSpan.FromMilliseconds(41)); // what was asked of the clock: timers of the system may be some ms early
    }

    [Fact]
    public async Task A_lone_endpoint_that_names_a_long_wait_is_not_waited_for()
    {
        _gateway.Alpha.On("plain", Answer.Error(429, retryAfter: "120"));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal((429, "120", 1), (reply.Status, reply.Header("Retry-After"), _gateway.Alpha.Started));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_filter_refuses_another_model_may_answer(bool stream)
    {
        _gateway.Alpha.On("pair", Answer.Error(400, "flagged", "content_policy_violation"));
        const string fields = GatewayHarness.AlphaFirst + ",\"models\":[\"test/long\"]";

        var model = stream
            ? (string?)(await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, fields)).Chunks[^1]["model"]
            : (string?)(await _gateway.Client.AskAsync(GatewayHarness.Pair, fields)).Json["model"];

        Assert.Equal(Long, model);
        Assert.Equal("long", Assert.Single(_gateway.Beta.Exchanges).Model);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_prompt_that_is_too_long_goes_only_to_where_more_fits(bool stream)
    {
        _gateway.Alpha.On("pair", FaultScripts.Streamed["the context is too short"]());
        const string fields = GatewayHarness.AlphaFirst + ",\"models\":[\"test/long\"]";

        _ = stream
            ? (await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, fields)).Status
            : (await _gateway.Client.AskAsync(GatewayHarness.Pair, fields)).Status;

        Assert.Equal("long", Assert.Single(_gateway.Beta.Exchanges).Model);
    }

    [Fact]
    public async Task Attempts_end_with_the_budget()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("limits.attemptsMax", 2));
        gateway.Alpha.On("pair", Answer.Error(503)).On("plain", Answer.Error(503));
        gateway.Beta.On("pair", Answer.Error(503));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Pair, "\"models\":[\"test/plain\"]");

        Assert.Equal((503, 2), (reply.Status, gateway.Alpha.Started + gateway.Beta.Started));
    }

    [Fact]
    public async Task The_deadline_holds_over_all_attempts()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("limits.deadline", "300ms"));
        gateway.Alpha.On("pair", Answer.Stream([]).Then(new Step.Stall()));
        gateway.Beta.On("pair", Answer.Stream([]).Then(new Step.Stall()));

        var reply = await gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.Equal(504, reply.Status);
        Assert.Empty(gateway.Beta.Exchanges);
    }

    private async Task AssertWholeAsync(StreamReply reply, string provider)
    {
        Assert.True(reply is { Status: 200, IsDone: true, FinishReason: "stop" }, $"{reply.Status} {reply.Text} {reply.Items.LastOrDefault()}");
        Assert.Equal(FaultScripts.Whole, reply.Content);
        Assert.Equal(provider, (string?)reply.Chunks[^1]["provider"], ignoreCase: true);
        Assert.Single(reply.Chunks, static c => (string?)c["choices"]?.AsArray().FirstOrDefault()?["finish_reason"] is not null);
        Assert.Single(reply.Items, static i => i.IsDone);
        Assert.Equal(Price, reply.CostNano);
        await _gateway.SettledAsync();
        Assert.Equal(Price, (long)((decimal)(await _gateway.GenerationAsync(reply.Id!))["total_cost"]! * 1_000_000_000m));
    }
}
