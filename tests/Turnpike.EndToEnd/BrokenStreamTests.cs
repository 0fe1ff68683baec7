using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>A stream that breaks after its first content ends so that nobody can take it for whole.</summary>
public sealed class BrokenStreamTests : IAsyncLifetime
{
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(
        providerFields: new() { ["timeouts"] = new JsonObject { ["idle"] = "2s" } });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private static Answer Begun => Answer.Stream([Wire.Role(), Wire.Text("Hel"), Wire.Text("lo")]);

    public static TheoryData<string, string> Breaks => new()
    {
        { "closed in the middle", "provider_unavailable" },
        { "reset in the middle", "provider_unavailable" },
        { "silence", "timeout" },
        { "garbage", "provider_unavailable" },
        { "an event cut in half", "provider_unavailable" },
        { "an error event", "" },
        { "an error event without choices and a done mark", "" },
        { "a rate limit", "rate_limit_exceeded" },
        { "a clean end without a finish reason", "provider_unavailable" },
        { "a done mark without a finish reason", "provider_unavailable" },
    };

    private static Answer Broken(string how) => how switch
    {
        "closed in the middle" => Begun.Then(new Step.Cut()),
        "reset in the middle" => Begun.Then(new Step.Reset()),
        "silence" => Begun.Then(new Step.Stall()),
        "garbage" => Begun.Then("data: {\"choices\":[{]]\n\n").Then(new Step.Stall()),
        "an event cut in half" => Begun.Then("data: {\"choices\":[{\"ind").Then(new Step.Cut()),
        "an error event" => Begun.Then(Wire.Event(Wire.Error("overloaded", "overloaded"))).Then(new Step.Stall()),
        "an error event without choices and a done mark" => Begun.Then(Wire.Event(Wire.Error("boom", "server_error")) + Wire.Done),
        "a rate limit" => Begun.Then(Wire.Event(Wire.Error("slow down", "rate_limit_exceeded"))).Then(new Step.Stall()),
        "a clean end without a finish reason" => Begun,
        "a done mark without a finish reason" => Begun.Then(Wire.Done),
        _ => throw new ArgumentException(how),
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_broken_stream_ends_with_an_error_and_never_with_a_done_mark(string how, string errorType)
    {
        _gateway.Alpha.On("plain", Broken(how));

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.Equal(200, reply.Status);
        Assert.Equal("Hello", reply.Content);
        Assert.False(reply.IsDone);
        Assert.DoesNotContain(reply.Items, static i => i.IsDone);
        var last = reply.Chunks[^1];
        Assert.NotNull(last["error"]?["message"]);
        Assert.InRange((int)last["error"]!["code"]!, 400, 599);
        Assert.Equal("error", (string)last["choices"]![0]!["finish_reason"]!);
        Assert.Equal("chat.completion.chunk", (string)last["object"]!);
        if (errorType.Length > 0)
        {
            Assert.Equal(errorType, (string)last["error"]!["metadata"]!["error_type"]!);
        }
    }

    [Fact]
    public async Task A_reason_that_is_cut_within_a_character_is_told_without_it()
    {
        var reason = new string('x', 999) + "😀 and more";
        _gateway.Alpha.On("plain", Begun.Then(Wire.Event(Wire.Error(reason, "invalid_request_error"))).Then(new Step.Stall()));

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.Equal(reason[..999] + "…", (string?)reply.Error?["message"]);
    }

    [Fact]
    public async Task A_stream_with_a_finish_reason_and_no_done_mark_is_whole()
    {
        _gateway.Alpha.On("plain", Begun.Then(Wire.Finish() + Wire.Usage(4, 2)));

        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.True(reply is { IsDone: true, Content: "Hello", FinishReason: "stop" });
    }

    [Fact]
    public async Task Comments_of_the_provider_keep_a_silent_stream_alive()
    {
        await using var gateway = await GatewayHarness.StartAsync(providerFields: new() { ["timeouts"] = new JsonObject { ["idle"] = "3s" } });
        var thinking = Enumerable.Repeat<Step[]>([new Step.Send(": thinking\n\n"u8.ToArray()), new Step.Pause(TimeSpan.FromMilliseconds(700))], 6);
        gateway.Alpha.On("plain", Begun.Then(thinking.SelectMany(static s => s)).Then(Wire.Finish() + Wire.Done));

        var reply = await gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.True(reply.IsDone);
    }

    [Fact]
    public async Task A_whole_answer_that_breaks_off_is_an_error_and_not_half_an_answer()
    {
        var whole = Wire.Whole("Hello there");
        _gateway.Alpha.On("plain", new Answer { ContentType = "application/json" }.Then(whole[..40]).Then(new Step.Cut()));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal(502, reply.Status);
        Assert.Equal("provider_unavailable", reply.ErrorType);
    }
}
