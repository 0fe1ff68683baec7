using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>What is billed in each way that an answer can end: one test a state of docs/billing.md.</summary>
public sealed class BillingStates : IAsyncLifetime
{
    private const long PromptNano = 1000;

    private const long CompletionNano = 2000;

    /// <summary>By rule: a token for four bytes of "Hello", rounded up, and four for the message.</summary>
    private const int PromptByRule = 2 + 4;

    /// <summary>A text of 499 bytes: 125 tokens by rule.</summary>
    private static readonly string _words = string.Join(' ', Enumerable.Repeat("word", 100));

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(
        providerFields: new() { ["timeouts"] = new JsonObject { ["idle"] = "2s" } });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reported_usage_is_billed_exactly(bool stream)
    {
        _gateway.Alpha.On("plain", e => Answer.For(e, ["a", "b"], promptTokens: 1234, completionTokens: 567));

        await AssertBilledAsync(await IdOfAsync(stream), "provider_usage", (1234 * PromptNano) + (567 * CompletionNano), finishReason: "stop");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Usage_that_is_reported_as_zero_is_zero(bool stream)
    {
        _gateway.Alpha.On("plain", e => Answer.For(e, ["a", "b"], promptTokens: 0, completionTokens: 0));

        await AssertBilledAsync(await IdOfAsync(stream), "provider_usage", 0, finishReason: "stop");
    }

    [Fact]
    public async Task Cached_and_reasoning_tokens_are_counted_once()
    {
        await using var gateway = await GatewayHarness.StartAsync(c => c.Endpoint("alpha", "test/cached", fields: [("prices", new JsonObject
        {
            ["prompt"] = 1, ["completion"] = 2, ["cacheRead"] = 0.1, ["reasoning"] = 3,
        })]));
        gateway.Alpha.On("cached", Answer.Json($$"""
            {"id":"u","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],
             "usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100,
               "prompt_tokens_details":{"cached_tokens":900},"completion_tokens_details":{"reasoning_tokens":60} } }
            """));

        var reply = await gateway.Client.AskAsync("test/cached");

        Assert.Equal((100 * 1000) + (900 * 100) + (40 * 2000) + (60 * 3000), reply.CostNano);
        Assert.Equal(900, (int)reply.Usage!["prompt_tokens_details"]!["cached_tokens"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_whole_answer_without_usage_is_estimated(bool stream)
    {
        _gateway.Alpha.On("plain", stream
            ? Answer.Stream([Wire.Role(), Wire.Text(_words), Wire.Finish(), Wire.Done])
            : Answer.Json(Wire.Whole(_words, promptTokens: -1)));

        await AssertBilledAsync(await IdOfAsync(stream), "estimated", (PromptByRule * PromptNano) + (125 * CompletionNano), finishReason: "stop");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_that_leaves_after_content_pays_for_what_was_seen_or_reported(bool isReported)
    {
        _gateway.Alpha.On("plain", Answer.Stream([Wire.Role(), isReported ? Wire.Usage(30, 20) : ": \n\n", Wire.Text(_words)])
            .Then(new Step.Stall()));
        using var raw = await RawClient.ConnectAsync(_gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true"), _gateway.Key);
        var id = (await raw.ReadHeadAsync())["X-Generation-Id"]!;
        await raw.ReadChunkAsync();

        raw.Abort();

        var record = await _gateway.GenerationAsync(id);
        Assert.True((bool)record["cancelled"]!);
        await AssertBilledAsync(
            id,
            isReported ? "provider_usage" : "observed",
            isReported ? (30 * PromptNano) + (20 * CompletionNano) : (PromptByRule * PromptNano) + (125 * CompletionNano),
            finishReason: null);
    }

    [Fact]
    public async Task A_caller_that_leaves_between_the_finish_reason_and_the_usage_pays_for_what_was_seen()
    {
        _gateway.Alpha.On("plain", Answer.Stream([Wire.Role() + Wire.Text(_words) + Wire.Finish("tool_calls")]).Then(new Step.Stall()));
        using var raw = await RawClient.ConnectAsync(_gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true"), _gateway.Key);
        var id = (await raw.ReadHeadAsync())["X-Generation-Id"]!;
        await raw.ReadChunkAsync();

        raw.Abort();

        await AssertBilledAsync(id, "observed", (PromptByRule * PromptNano) + (125 * CompletionNano), finishReason: "tool_calls");
    }

    [Theory]
    [InlineData("\"stream\":true")]
    [InlineData("\"stream\":false")]
    public async Task A_caller_that_leaves_before_content_pays_for_the_prompt_that_the_provider_has_read(string fields)
    {
        _gateway.Alpha.On("plain", Answer.Stream([Wire.Role()]) with { HeadGate = new TaskCompletionSource().Task });
        using var raw = await RawClient.ConnectAsync(_gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, fields + ",\"user\":\"leaver\""), _gateway.Key);
        await _gateway.Alpha.ExchangeAsync();
        Assert.True(_gateway.Held > 0);

        raw.Abort();

        var booked = await BookedAsync("leaver");
        Assert.Equal((PromptByRule, 0, PromptByRule * PromptNano), (booked.PromptTokens, booked.CompletionTokens, booked.Charged));
        Assert.Equal(BookedGeneration.Observed, booked.Basis);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("reset")]
    [InlineData("stall")]
    [InlineData("error event")]
    [InlineData("garbage")]
    [InlineData("no finish reason")]
    [InlineData("cut after usage")]
    [InlineData("an end that says that it failed")]
    public async Task An_answer_that_the_provider_broke_off_is_not_billed(string how)
    {
        var begun = Answer.Stream([Wire.Role(), Wire.Text("Hello")]);
        _gateway.Alpha.On("plain", how switch
        {
            "cut" => begun.Then(new Step.Cut()),
            "reset" => begun.Then(new Step.Reset()),
            "stall" => begun.Then(new Step.Stall()),
            "error event" => begun.Then(Wire.Event(Wire.Error("boom")) + Wire.Usage(5, 5)),
            "cut after usage" => begun.Then(Wire.Usage(5, 5)).Then(new Step.Cut()),
            "garbage" => begun.Then("data: }{\n\n"),
            "an end that says that it failed" => begun.Then(Wire.Finish("error") + Wire.Usage(5, 5) + Wire.Done),
            _ => begun,
        });

        await AssertBilledAsync(await IdOfAsync(stream: true), "none", 0, finishReason: "error");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_empty_answer_is_not_billed(bool stream)
    {
        _gateway.Alpha.On("plain", stream ? Answer.Stream([Wire.Role(), Wire.Done]) : Answer.Json("""{"id":"x","choices":[]}"""));
        var before = _gateway.Available;

        var reply = stream ? (await _gateway.Client.AskStreamAsync(GatewayHarness.Plain)).Status : (await _gateway.Client.AskAsync(GatewayHarness.Plain)).Status;

        Assert.Equal(502, reply);
        await _gateway.SettledAsync();
        Assert.Equal(before, _gateway.Available);
    }

    [Fact]
    public async Task A_request_that_no_endpoint_served_is_booked_and_not_billed()
    {
        _gateway.Alpha.On("pair", Answer.Error(500));
        _gateway.Beta.On("pair", Answer.Error(429));

        await _gateway.Client.AskAsync(GatewayHarness.Pair, "\"user\":\"unserved\"");

        var booked = await BookedAsync("unserved");
        Assert.Equal((BookedGeneration.None, BookedGeneration.Voided, 0L), (booked.Basis, booked.Kind, booked.Charged));
    }

    [Fact]
    public async Task A_stream_that_our_stopping_ends_is_told_so_and_not_billed()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("drain", "50ms"));
        gateway.Alpha.On("plain", Answer.Stream([Wire.Role(), Wire.Text(_words)]).Then(new Step.Stall()));
        using var raw = await RawClient.ConnectAsync(gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true,\"user\":\"drained\""), gateway.Key);
        var head = await raw.ReadHeadAsync();
        await raw.ReadChunkAsync();

        var stopping = gateway.StopAsync();
        var (text, _) = await raw.ReadBodyAsync(head);
        await stopping;

        Assert.Contains("\"finish_reason\":\"error\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        var booked = Assert.Single(BookReader.Generations(gateway.Database)["drained"]);
        Assert.Equal((BookedGeneration.None, BookedGeneration.Voided, 0L), (booked.Basis, booked.Kind, booked.Charged));
    }

    [Fact]
    public async Task When_the_process_dies_the_hold_expires_at_the_next_start_and_nothing_is_billed()
    {
        await using var provider = ScriptedProvider.Start();
        provider.Otherwise(static _ => Answer.Stream([Wire.Role(), Wire.Text(_words)]).Then(new Step.Stall()));
        await using var gateway = await GatewayProcess.StartAsync(new GatewayConfig().Provider("alpha", provider.BaseUrl).Endpoint("alpha", GatewayHarness.Plain));
        using var raw = await RawClient.ConnectAsync(gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Plain, "\"stream\":true,\"user\":\"widow\""), gateway.Key);
        await raw.ReadHeadAsync();

        gateway.Kill();
        await gateway.StartAgainAsync();

        var booked = Assert.Single(BookReader.Generations(gateway.Database)["widow"]);
        Assert.Equal((BookedGeneration.None, BookedGeneration.Expired, 0L), (booked.Basis, booked.Kind, booked.Charged));
        Assert.Equal(5_000_000_000, BookReader.Number(gateway.Database, "SELECT balance FROM account"));
    }

    [Fact]
    public async Task Little_credit_gives_a_short_answer_that_ends_with_length()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("startingCredit", 0.0002m));
        gateway.Alpha.On("plain", e =>
        {
            var limit = (int)e.Json["max_tokens"]!;
            return Answer.Text(Enumerable.Repeat("word ", limit), promptTokens: 10, completionTokens: limit, finishReason: "length");
        });

        var reply = await gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.Equal("length", reply.FinishReason);
        Assert.True(reply.IsDone);
        await gateway.SettledAsync();
        Assert.True(gateway.Available >= 0);
        Assert.InRange((int)Assert.Single(gateway.Alpha.Exchanges).Json["max_tokens"]!, 1, 100);
    }

    [Fact]
    public async Task A_provider_that_ignores_the_limit_is_stopped_when_the_credit_is_used_up()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("startingCredit", 0.0002m));
        gateway.Alpha.On("plain", Answer.Stream([Wire.Role()]).Then(Enumerable.Repeat(Wire.Text("many words "), 100_000).Select(static t => new Step.Send(System.Text.Encoding.UTF8.GetBytes(t)))));

        var reply = await gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.Equal("length", reply.FinishReason);
        Assert.True(reply.IsDone);
        Assert.Equal(ExchangeEnd.Aborted, await (await gateway.Alpha.ExchangeAsync()).Ended.WaitAsync(Deadline.Default));
        Assert.Equal("observed", (string)(await gateway.GenerationAsync(reply.Id!))["billing_basis"]!);
        await gateway.SettledAsync();
        Assert.True(gateway.Available >= 0);
    }

    [Fact]
    public async Task A_price_in_whole_numbers_is_rounded_once()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Endpoint("alpha", "test/odd", prompt: 0.000333m, completion: 0.0001m));
        gateway.Alpha.On("odd", Answer.Json(Wire.Whole("x", promptTokens: 1001, completionTokens: 7)));

        var reply = await gateway.Client.AskAsync("test/odd");

        // 1001 × 0.333 + 7 × 0.1 = 334.033 nano-dollars
        Assert.Equal(334, reply.CostNano);
    }

    private async Task<string> IdOfAsync(bool stream) => stream
        ? (await _gateway.Client.AskStreamAsync(GatewayHarness.Plain)).Id!
        : (string)(await _gateway.Client.AskAsync(GatewayHarness.Plain)).Json["id"]!;

    private async Task<BookedGeneration> BookedAsync(string user)
    {
        await Deadline.UntilAsync(() => BookReader.Generations(_gateway.Database)[user].Any(), $"the booking of {user}");
        return Assert.Single(BookReader.Generations(_gateway.Database)[user]);
    }

    private async Task AssertBilledAsync(string id, string basis, long nano, string? finishReason)
    {
        var record = await _gateway.GenerationAsync(id);
        Assert.Equal(basis, (string)record["billing_basis"]!);
        Assert.Equal(nano, Nano(record["total_cost"]!));
        Assert.Equal(finishReason, (string?)record["finish_reason"]);
        await _gateway.SettledAsync();
        Assert.Equal(5_000_000_000 - nano, _gateway.Available);
    }

    private static long Nano(JsonNode usd) => (long)(usd.GetValue<decimal>() * 1_000_000_000m);
}
