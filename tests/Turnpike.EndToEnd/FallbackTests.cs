using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Until the first content has been sent on, another endpoint can answer.</summary>
public sealed class FallbackTests : IAsyncLifetime
{
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(
        providerFields: new() { ["timeouts"] = new JsonObject { ["firstToken"] = "2s", ["idle"] = "2s" } });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    public static TheoryData<string> Failures =>
    [
        "500", "503", "429", "401", "402", "404", "connection reset", "nothing for too long", "role and then nothing", "role and then an error",
        "role and then the end", "an error event first", "an error in a 200", "wrong content type", "empty body", "done at once", "garbage first",
        "an empty purse", "a lacking endpoint",
    ];

    private static Answer Failing(string how) => how switch
    {
        "connection reset" => new() { RefuseAfterRequest = true },
        "nothing for too long" => Answer.Stream([]).Then(new Step.Stall()),
        "role and then nothing" => Answer.Stream([Wire.Role()]).Then(new Step.Stall()),
        "role and then an error" => Answer.Stream([Wire.Role(), Wire.Event(Wire.Error("overloaded"))]),
        "role and then the end" => Answer.Stream([Wire.Role()]),
        "an error event first" => Answer.Stream([Wire.Event(Wire.Error("overloaded", "overloaded"))]),
        "an error in a 200" => Answer.Json(Wire.Error("quota")),
        "wrong content type" => Answer.Json("<html>busy</html>") with { ContentType = "text/html" },
        "empty body" => Answer.Stream([]),
        "done at once" => Answer.Stream([Wire.Done]),
        "garbage first" => Answer.Stream(["data: {{{\n\n"]),
        "an empty purse" => Answer.Error(400, "Your credit balance is too low to access the API. Please go to Plans & Billing."),
        "a lacking endpoint" => Answer.Error(400, "registry.ollama.ai/library/x does not support tools"),
        _ => Answer.Error(int.Parse(how, System.Globalization.CultureInfo.InvariantCulture)),
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_stream_goes_to_the_next_endpoint_before_its_first_content(string how)
    {
        _gateway.Alpha.On("pair", Failing(how));
        _gateway.Beta.On("pair", Answer.Text(["from beta"]));

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.True(reply is { Status: 200, IsDone: true, Content: "from beta" }, $"{reply.Status} {reply.Text}{string.Join('\n', reply.Items)}");
        Assert.Equal("beta", ((string)reply.Chunks[^1]["provider"]!).ToLowerInvariant());
        Assert.True(_gateway.Alpha.Started >= 1);
        Assert.Single(_gateway.Beta.Exchanges);
    }

    [Theory]
    [InlineData("500")]
    [InlineData("429")]
    [InlineData("connection reset")]
    [InlineData("empty body")]
    [InlineData("wrong content type")]
    [InlineData("an error in a 200")]
    [InlineData("a lacking endpoint")]
    public async Task A_whole_answer_goes_to_the_next_endpoint(string how)
    {
        _gateway.Alpha.On("pair", Failing(how));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.True(reply is { Status: 200, Content: "Hello there" }, reply.Text);
    }

    [Fact]
    public async Task A_whole_answer_that_takes_too_long_goes_to_the_next_endpoint()
    {
        await using var gateway = await GatewayHarness.StartAsync(providerFields: new() { ["timeouts"] = new JsonObject { ["total"] = "200ms" } });
        gateway.Alpha.On("pair", Answer.Json(Wire.Whole("late")) with { HeadGate = new TaskCompletionSource().Task });

        var reply = await gateway.Client.AskAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.Equal("Hello there", reply.Content);
        Assert.Equal(ExchangeEnd.Aborted, await gateway.Alpha.Exchanges[0].Ended.WaitAsync(Deadline.Default));
    }

    [Fact]
    public async Task The_next_model_answers_when_the_first_has_nobody_left()
    {
        _gateway.Alpha.On("plain", Answer.Error(500)).On("pair", Answer.Error(500));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, "\"models\":[\"test/pair\"]");

        Assert.Equal(200, reply.Status);
        Assert.Equal("test/pair", (string)reply.Json["model"]!);
    }

    [Fact]
    public async Task What_the_caller_did_wrong_is_told_and_not_tried_again()
    {
        _gateway.Alpha.On("pair", Answer.Error(400, "temperature is out of range"));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.Equal(400, reply.Status);
        Assert.Contains("temperature is out of range", reply.Text, StringComparison.Ordinal);
        Assert.Empty(_gateway.Beta.Exchanges);
    }

    [Fact]
    public async Task Without_leave_to_fall_back_the_first_error_is_told()
    {
        _gateway.Alpha.On("pair", Answer.Error(503, "busy"));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Pair, "\"provider\":{\"order\":[\"alpha\"],\"allow_fallbacks\":false}");

        Assert.Equal(503, reply.Status);
        Assert.Empty(_gateway.Beta.Exchanges);
    }

    [Fact]
    public async Task When_all_fail_every_attempt_is_named()
    {
        _gateway.Alpha.On("pair", Answer.Error(500));
        _gateway.Beta.On("pair", Answer.Error(503));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.InRange(reply.Status, 502, 503);
        Assert.NotEmpty(reply.Json["error"]!["metadata"]!["previous_errors"]!.AsArray());
        await _gateway.SettledAsync();
    }

    [Fact]
    public async Task A_failed_attempt_costs_nothing_and_the_answer_costs_what_its_endpoint_charges()
    {
        _gateway.Alpha.On("pair", Answer.Error(500));
        var before = _gateway.Available;

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);
        await _gateway.SettledAsync();

        Assert.Equal((10 * 1000) + (2 * 2000), reply.CostNano);
        Assert.Equal(before - reply.CostNano, _gateway.Available);
    }
}
