using System.Text;
using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Faults;

/// <summary>A second attempt begins beside one that is slow, and the first to show content answers.</summary>
public sealed class HedgingTests : IAsyncLifetime
{
    private const string Hedged = GatewayHarness.AlphaFirst + ",\"routing\":{\"hedge\":true}";

    private const int PromptByRule = 6; // "Hello" and one message

    private const long PromptNano = 1_000;

    private const long CompletionNano = 2_000;

    private static readonly TimeSpan _wait = TimeSpan.FromSeconds(20);

    private readonly ShiftedTimeProvider _clock = new(shiftsElapsed: true);
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    // Nothing is learned yet in most tests: the wait is the one that is configured.
    private Task<GatewayHarness> StartAsync(Action<GatewayConfig>? more = null, JsonObject? providerFields = null) => GatewayHarness.StartAsync(
        c =>
        {
            c.Set("routing.hedging.mode", "asked").Set("routing.hedging.shareMax", 1).Set("routing.hedging.delayUntilLearned", "20s")
                .Set("streaming.keepAliveInterval", "20ms");
            more?.Invoke(c);
        },
        _clock,
        providerFields);

    private static Answer Never() => new() { HeadGate = new TaskCompletionSource().Task };

    // The clock moves when the first provider has the request, until the second has it too.
    private async Task<ProviderExchange> SecondAsync(int number = 1)
    {
        await _gateway.Alpha.ExchangeAsync(number);
        _clock.Shift(_wait);
        return await _gateway.Beta.ExchangeAsync(number);
    }

    private static long Nano(JsonNode usd) => (long)decimal.Round(usd.GetValue<decimal>() * 1_000_000_000m);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_endpoint_answers_for_a_slow_one_which_is_stopped(bool stream)
    {
        _gateway.Alpha.On("pair", _ => Never());
        var before = _gateway.Available;
        string id, provider;
        var asking = Task.Run(async () =>
        {
            if (stream)
            {
                var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, Hedged);
                Assert.True(reply is { IsDone: true, Content: "Hello there" });
                return (reply.Id!, (string)reply.Chunks[^1]["provider"]!);
            }

            var whole = await _gateway.Client.AskAsync(GatewayHarness.Pair, Hedged);
            return ((string)whole.Json["id"]!, (string)whole.Json["provider"]!);
        });
        await SecondAsync();
        (id, provider) = await asking;

        Assert.Equal("beta", provider, ignoreCase: true);
        Assert.Equal(ExchangeEnd.Aborted, await _gateway.Alpha.Exchanges[0].Ended.WaitAsync(Deadline.Default));
        await _gateway.SettledAsync();
        Assert.Equal(before - (10 * PromptNano) - (2 * CompletionNano), _gateway.Available);
        var record = await _gateway.GenerationAsync(id);
        var attempts = record["provider_responses"]!.AsArray();
        Assert.Equal(["Alpha", "Beta"], attempts.Select(static a => (string)a!["provider_name"]!), StringComparer.OrdinalIgnoreCase);
        Assert.Equal("outrun", (string)attempts[0]!["error_type"]!);
        Assert.Null(attempts[0]!["status"]);
        Assert.Equal((PromptByRule * PromptNano) + (stream ? 0 : 2 * CompletionNano), Nano(attempts[0]!["lost_cost"]!));
        Assert.Equal("delay_until_learned", (string)record["hedge"]!["reason"]!);
        Assert.True((bool)record["hedge"]!["was_first"]!);
        Assert.InRange((int)record["hedge"]!["after"]!, 20_000, 60_000);
    }

    [Fact]
    public async Task The_first_one_answers_when_it_shows_content_after_all()
    {
        var gate = new TaskCompletionSource();
        _gateway.Alpha.On("pair", Answer.Text(["late", " but", " first"]) with { HeadGate = gate.Task });
        _gateway.Beta.On("pair", Answer.Stream([Wire.Role()]).Then(new Step.Stall()));
        var before = _gateway.Available;
        var asking = _gateway.Client.AskStreamAsync(GatewayHarness.Pair, Hedged);
        var second = await SecondAsync();

        gate.SetResult();
        var reply = await asking;

        Assert.True(reply is { IsDone: true, Content: "late but first" });
        Assert.Equal(ExchangeEnd.Aborted, await second.Ended.WaitAsync(Deadline.Default));
        await _gateway.SettledAsync();
        Assert.Equal(before - (10 * PromptNano) - (3 * CompletionNano), _gateway.Available);
        var record = await _gateway.GenerationAsync(reply.Id!);
        Assert.False((bool)record["hedge"]!["was_first"]!);
        var attempts = record["provider_responses"]!.AsArray();
        Assert.Equal(["Beta", "Alpha"], attempts.Select(static a => (string)a!["provider_name"]!), StringComparer.OrdinalIgnoreCase);
        Assert.Equal(PromptByRule * PromptNano, Nano(attempts[0]!["lost_cost"]!));
    }

    [Fact]
    public async Task A_whole_answer_that_comes_first_after_all_is_told_and_what_was_called_off_is_taken_to_be_as_long()
    {
        var gate = new TaskCompletionSource();
        _gateway.Alpha.On("pair", Answer.Json(Wire.Whole("late", promptTokens: 10, completionTokens: 7)) with { HeadGate = gate.Task });
        _gateway.Beta.On("pair", _ => Never());
        var asking = _gateway.Client.AskAsync(GatewayHarness.Pair, Hedged);
        var second = await SecondAsync();

        gate.SetResult();
        var reply = await asking;

        Assert.Equal("late", reply.Content);
        Assert.Equal(ExchangeEnd.Aborted, await second.Ended.WaitAsync(Deadline.Default));
        var attempts = (await _gateway.GenerationAsync((string)reply.Json["id"]!))["provider_responses"]!.AsArray();
        Assert.Equal((PromptByRule * PromptNano) + (7 * CompletionNano), Nano(attempts[0]!["lost_cost"]!));
    }

    [Fact]
    public async Task An_attempt_that_was_never_sent_has_cost_nothing()
    {
        await using var gateway = await StartAsync(
            static c => c.Set("routing.hedging.delayUntilLearned", 0).Set("routing.hedging.delayMin", 0),
            new() { ["concurrency"] = 1, ["timeouts"] = new JsonObject { ["queue"] = "1m" } });
        var gate = new TaskCompletionSource();
        gateway.Alpha.On("plain", Answer.Text(["long"]) with { HeadGate = gate.Task });
        var occupying = gateway.Client.AskStreamAsync(GatewayHarness.Plain);
        await gateway.Alpha.ExchangeAsync();

        var reply = await gateway.Client.AskStreamAsync(GatewayHarness.Pair, Hedged);

        Assert.Equal("Hello there", reply.Content);
        Assert.Equal(1, gateway.Alpha.Started);
        var attempts = (await gateway.GenerationAsync(reply.Id!))["provider_responses"]!.AsArray();
        Assert.Equal("outrun", (string)attempts[0]!["error_type"]!);
        Assert.Null(attempts[0]!["lost_cost"]);
        gate.SetResult();
        Assert.True((await occupying).IsDone);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failure_of_one_leaves_the_request_to_the_other(bool isFirst)
    {
        var failing = new TaskCompletionSource();
        var answering = new TaskCompletionSource();
        var (bad, good) = isFirst ? (_gateway.Alpha, _gateway.Beta) : (_gateway.Beta, _gateway.Alpha);
        bad.On("pair", Answer.Error(503) with { HeadGate = failing.Task });
        good.On("pair", Answer.Text(["fine"]) with { HeadGate = answering.Task });
        var asking = _gateway.Client.AskStreamAsync(GatewayHarness.Pair, Hedged);
        await SecondAsync();

        failing.SetResult();
        await Deadline.UntilAsync(async () => (await _gateway.Client.GetAsync("/metrics")).Text.Contains("turnpike_attempts_failed_total{", StringComparison.Ordinal), "the failure");
        answering.SetResult();
        var reply = await asking;

        Assert.True(reply is { IsDone: true, Content: "fine" });
        Assert.Equal((1, 1), (_gateway.Alpha.Started, _gateway.Beta.Started));
        var attempts = (await _gateway.GenerationAsync(reply.Id!))["provider_responses"]!.AsArray();
        Assert.Equal(503, (int)attempts[0]!["status"]!);
        Assert.Null(attempts[0]!["lost_cost"]);
    }

    [Fact]
    public async Task When_both_fail_the_route_is_gone_on_with()
    {
        var gate = new TaskCompletionSource();
        _gateway.Alpha.On("pair", Answer.Error(500) with { HeadGate = gate.Task });
        _gateway.Beta.On("pair", Answer.Error(503) with { HeadGate = gate.Task });
        var asking = _gateway.Client.AskStreamAsync(GatewayHarness.Pair, Hedged + $",\"models\":[\"{GatewayHarness.Plain}\"]");
        await SecondAsync();

        gate.SetResult();
        var reply = await asking;

        Assert.True(reply is { IsDone: true, Content: "Hello there" });
        Assert.Equal(GatewayHarness.Plain, (string)reply.Chunks[^1]["model"]!);
        Assert.Equal(3, (await _gateway.GenerationAsync(reply.Id!))["provider_responses"]!.AsArray().Count);
    }

    [Fact]
    public async Task When_both_fail_and_no_one_is_left_the_error_names_both_and_nothing_is_billed()
    {
        var gate = new TaskCompletionSource();
        _gateway.Alpha.On("pair", Answer.Error(400, "no such parameter") with { HeadGate = gate.Task });
        _gateway.Beta.On("pair", Answer.Error(503) with { HeadGate = gate.Task });
        var before = _gateway.Available;
        var asking = _gateway.Client.AskAsync(GatewayHarness.Pair, Hedged);
        await SecondAsync();

        gate.SetResult();
        var reply = await asking;

        Assert.Equal(400, reply.Status); // what the caller can mend tells most
        Assert.Single(reply.Json["error"]!["metadata"]!["previous_errors"]!.AsArray());
        await _gateway.SettledAsync();
        Assert.Equal(before, _gateway.Available);
    }

    [Fact]
    public async Task Both_count_among_the_attempts()
    {
        await using var gateway = await StartAsync(static c => c.Set("limits.attemptsMax", 2));
        var gate = new TaskCompletionSource();
        gateway.Alpha.On("pair", Answer.Error(500) with { HeadGate = gate.Task });
        gateway.Beta.On("pair", Answer.Error(503) with { HeadGate = gate.Task });
        var asking = gateway.Client.AskAsync(GatewayHarness.Pair, Hedged + $",\"models\":[\"{GatewayHarness.Plain}\"]");
        await gateway.Alpha.ExchangeAsync();
        _clock.Shift(_wait);
        await gateway.Beta.ExchangeAsync();

        gate.SetResult();

        Assert.InRange((await asking).Status, 500, 599);
        Assert.Equal((1, 1), (gateway.Alpha.Started, gateway.Beta.Started));
    }

    [Fact]
    public async Task A_caller_that_leaves_stops_both_and_pays_for_the_first()
    {
        _gateway.Alpha.On("pair", _ => Never());
        _gateway.Beta.On("pair", _ => Never());
        var before = _gateway.Available;
        using var raw = await RawClient.ConnectAsync(_gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Pair, $"\"stream\":true,\"user\":\"leaver\",{Hedged}"), _gateway.Key);
        var second = await SecondAsync();

        raw.Abort();

        Assert.Equal(ExchangeEnd.Aborted, await _gateway.Alpha.Exchanges[0].Ended.WaitAsync(Deadline.Default));
        Assert.Equal(ExchangeEnd.Aborted, await second.Ended.WaitAsync(Deadline.Default));
        await _gateway.SettledAsync();
        Assert.Equal(before - (PromptByRule * PromptNano), _gateway.Available);
        await Deadline.UntilAsync(() => BookReader.Generations(_gateway.Database)["leaver"].Any(), "the booking");
        var attempts = JsonNode.Parse((string)BookReader.Query(_gateway.Database, "SELECT attempts FROM generation")[0][0]!)!.AsArray();
        Assert.Equal(PromptByRule * PromptNano, (long)attempts[0]!["lost_nano_usd"]!);
        Assert.Equal("outrun", (string)attempts[0]!["failure"]!);
    }

    [Fact]
    public async Task It_works_between_dialects_too()
    {
        _gateway.Alpha.On("pair", _ => Never());
        var asking = _gateway.Client.PostAsync("/api/v1/messages", $$"""{"max_tokens":50,{{GatewayClient.Body(GatewayHarness.Pair, Hedged)[1..]}}""");
        await SecondAsync();

        var reply = await asking;

        Assert.Equal("Hello there", (string)reply.Json["content"]![0]!["text"]!);
        Assert.Equal(ExchangeEnd.Aborted, await _gateway.Alpha.Exchanges[0].Ended.WaitAsync(Deadline.Default));
    }

    [Fact]
    public async Task A_stream_that_breaks_after_the_race_is_rescued_by_the_one_that_was_outrun()
    {
        var asked = 0;
        _gateway.Alpha.On("pair", _ => asked++ == 0 ? Never() : FaultScripts.Full());
        _gateway.Beta.On("pair", FaultScripts.Begun(40).Then(new Step.Cut()));
        var asking = _gateway.Client.AskStreamAsync(GatewayHarness.Pair, Hedged);
        await SecondAsync();

        var reply = await asking;

        Assert.True(reply is { IsDone: true, FinishReason: "stop" });
        Assert.Equal(FaultScripts.Whole, reply.Content);
    }

    [Fact]
    public async Task The_caller_is_kept_alive_by_one_at_a_time_whoever_runs()
    {
        var failing = new TaskCompletionSource();
        var answering = new TaskCompletionSource();
        _gateway.Alpha.On("pair", Answer.Error(503) with { HeadGate = failing.Task });
        _gateway.Beta.On("pair", Answer.Text(["fine"]) with { HeadGate = answering.Task });
        using var raw = await RawClient.ConnectAsync(_gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(GatewayHarness.Pair, $"\"stream\":true,{Hedged}"), _gateway.Key);
        var head = await raw.ReadHeadAsync();
        await raw.ReadChunkAsync();
        await SecondAsync();

        failing.SetResult();
        await _gateway.Alpha.Exchanges[0].Ended.WaitAsync(Deadline.Default);
        var comments = new List<byte[]>();
        for (var i = 0; i < 4; i++)
        {
            comments.Add((await raw.ReadChunkAsync())!);
        }

        answering.SetResult();
        var (rest, isWhole) = await raw.ReadBodyAsync(head);

        Assert.All(comments, static c => Assert.StartsWith(": TURNPIKE", Encoding.UTF8.GetString(c), StringComparison.Ordinal));
        Assert.True(isWhole);
        Assert.EndsWith("data: [DONE]\n\n", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wait_is_learned_from_what_was_seen()
    {
        // What is learned would end the first attempt after ten seconds too: whichever came first would decide.
        await using var gateway = await StartAsync(
            static c => c.Set("routing.hedging.delayUntilLearned", null).Set("routing.hedging.delayMin", "10s").Set("limits.learnedFloor", "1m"));
        for (var i = 0; i < 32; i++)
        {
            Assert.True((await gateway.Client.AskStreamAsync(GatewayHarness.Pair, Hedged)).IsDone);
        }

        gateway.Alpha.On("pair", _ => Never());
        var asking = gateway.Client.AskStreamAsync(GatewayHarness.Pair, Hedged);
        await gateway.Alpha.ExchangeAsync(33);
        _clock.Shift(TimeSpan.FromSeconds(10));
        var reply = await asking;

        Assert.Equal("delay_min", (string)(await gateway.GenerationAsync(reply.Id!))["hedge"]!["reason"]!);
    }

    [Theory]
    [InlineData("shareMax", "0.05", "refused_share")]
    [InlineData("costPerHourMax", "0.000000001", "refused_cost")]
    public async Task A_cap_stops_it_and_is_counted(string setting, string value, string counted)
    {
        await using var gateway = await StartAsync(c => c.Set($"routing.hedging.{setting}", JsonNode.Parse(value)));
        var gate = new TaskCompletionSource();
        gateway.Alpha.On("pair", Answer.Text(["alone"]) with { HeadGate = gate.Task });
        var asking = gateway.Client.AskStreamAsync(GatewayHarness.Pair, Hedged);
        await gateway.Alpha.ExchangeAsync();

        _clock.Shift(_wait);
        await Deadline.UntilAsync(async () => (await gateway.Client.GetAsync("/metrics")).Text.Contains($"event=\"{counted}\"", StringComparison.Ordinal), "the refusal");
        gate.SetResult();

        var reply = await asking;
        Assert.Equal("alone", reply.Content);
        Assert.Empty(gateway.Beta.Exchanges);
        Assert.Null((await gateway.GenerationAsync(reply.Id!))["hedge"]);
    }

    [Fact]
    public async Task What_became_of_it_is_counted()
    {
        _gateway.Alpha.On("pair", _ => Never());
        var asking = _gateway.Client.AskStreamAsync(GatewayHarness.Pair, Hedged);
        await SecondAsync();
        await asking;

        var metrics = (await _gateway.Client.GetAsync("/metrics")).Text.Split('\n');

        Assert.Single(metrics, static l => l.StartsWith("turnpike_hedges_total{", StringComparison.Ordinal) && l.EndsWith("event=\"started\"} 1", StringComparison.Ordinal));
        Assert.Single(metrics, static l => l.StartsWith("turnpike_hedges_total{", StringComparison.Ordinal) && l.EndsWith("event=\"won\"} 1", StringComparison.Ordinal));
        Assert.Single(metrics, static l => l.StartsWith("turnpike_hedge_cost_usd_total{", StringComparison.Ordinal) && l.EndsWith("} 0.000006", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("off", "\"routing\":{\"hedge\":true}")]
    [InlineData("asked", "\"routing\":{}")]
    [InlineData("all", "\"routing\":{\"hedge\":false}")]
    public async Task Who_does_not_want_it_waits_for_the_first(string mode, string routing)
    {
        await using var gateway = await StartAsync(c => c.Set("routing.hedging.mode", mode));
        await AssertAloneAsync(gateway, $"{GatewayHarness.AlphaFirst},{routing}");
    }

    [Fact]
    public async Task An_endpoint_that_has_no_room_is_not_asked_beside()
    {
        await using var gateway = await StartAsync(static c => c.Endpoint("alpha", "test/tight").Endpoint("beta", "test/tight", fields: ("requestsPerMinuteMax", 1)));
        var one = await gateway.Client.AskAsync("test/tight", "\"provider\":{\"order\":[\"beta\"]}");
        Assert.Equal("beta", (string)one.Json["provider"]!, ignoreCase: true);

        await AssertAloneAsync(gateway, Hedged, "test/tight");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_conversation_whose_cache_is_here_stays_here_unless_the_installation_says_otherwise(bool withCache)
    {
        await using var gateway = await StartAsync(c =>
        {
            c.Set("routing.hedging.withCache", withCache);
            JsonObject Prices() => new() { ["prompt"] = 1, ["completion"] = 2, ["cacheRead"] = 0.1 };
            c.Endpoint("alpha", "test/cached", fields: ("prices", Prices())).Endpoint("beta", "test/cached", prompt: 1.1m, completion: 2.2m);
        });
        const string session = "\"session_id\":\"s1\",\"routing\":{\"hedge\":true}";
        var first = await gateway.Client.AskAsync("test/cached", session);
        var bound = gateway.Alpha.Started == 1 ? gateway.Alpha : gateway.Beta;

        if (!withCache)
        {
            await AssertAloneAsync(gateway, session, "test/cached", bound);
            return;
        }

        bound.On("cached", _ => Never());
        var asking = gateway.Client.AskAsync("test/cached", session);
        await bound.ExchangeAsync(2);
        _clock.Shift(_wait);
        Assert.NotEqual((string)first.Json["provider"]!, (string)(await asking).Json["provider"]!);
    }

    [Fact]
    public async Task What_it_says_of_itself_is_in_the_metadata()
    {
        _gateway.Alpha.On("pair", _ => Never());
        var asking = _gateway.Client.ChatAsync(GatewayClient.Body(GatewayHarness.Pair, Hedged), ("X-OpenRouter-Metadata", "enabled"));
        await SecondAsync();

        var metadata = (await asking).Json["openrouter_metadata"]!;

        Assert.True((bool)metadata["hedge"]!["was_first"]!);
        Assert.True((bool)metadata["attempts"]![0]!["outrun"]!);
    }

    [Theory]
    [InlineData("/api/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]")]
    [InlineData("/api/v1/messages", "\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]")]
    [InlineData("/api/v1/responses", "\"input\":\"x\"")]
    public async Task A_wrong_value_is_refused_by_name(string address, string fields)
    {
        var reply = await _gateway.Client.PostAsync(address, $$$"""{"model":"test/pair",{{{fields}}},"routing":{"hedge":"yes"}}""");

        Assert.Equal(400, reply.Status);
        Assert.Contains("routing.hedge", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_at_once_are_each_answered_by_one_and_billed_once()
    {
        const int atOnce = 60;
        await using var gateway = await StartAsync(static c => c.Set("startingCredit", 100).Set("routing.hedging.delayUntilLearned", "100ms").Set("routing.hedging.delayMin", 0));
        var random = new Random(7);
        Answer Script(ProviderExchange e)
        {
            int wait;
            lock (random)
            {
                wait = random.Next(400);
            }

            var number = (int)e.Json["seed"]!;
            return Answer.For(e, [$"<{number}>"], promptTokens: 10 + number, completionTokens: 3) with { HeadGate = Task.Delay(wait) };
        }

        gateway.Alpha.On("pair", e => ((int)e.Json["seed"]! % 5) switch
        {
            0 => Answer.Error(503) with { HeadGate = Task.Delay(150) },
            1 => Never(),
            _ => Script(e),
        });
        gateway.Beta.On("pair", Script);
        long charged = 0;
        await Parallel.ForAsync(0, atOnce, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (number, _) =>
        {
            var fields = $"{Hedged},\"seed\":{number}";
            if (number % 2 == 0)
            {
                var reply = await gateway.Client.AskStreamAsync(GatewayHarness.Pair, fields);
                Assert.True(reply.IsDone && reply.Content == $"<{number}>", $"{number}: {reply.Content}");
                Interlocked.Add(ref charged, reply.CostNano!.Value);
            }
            else
            {
                var reply = await gateway.Client.AskAsync(GatewayHarness.Pair, fields);
                Assert.True(reply.Status == 200 && reply.Content == $"<{number}>", $"{number}: {reply.Text}");
                Interlocked.Add(ref charged, reply.CostNano!.Value);
            }
        });

        await gateway.SettledAsync();
        Assert.Equal(100_000_000_000 - charged, gateway.Available);
        var database = gateway.Database;
        await Deadline.UntilAsync(() => BookReader.Number(database, "SELECT count(*) FROM generation") == atOnce, "every booking");
        Assert.Equal(gateway.Available, BookReader.Number(database, "SELECT sum(amount) FROM entry"));
        Assert.Equal(0, BookReader.Number(database, "SELECT count(*) FROM open_hold"));
        Assert.True(BookReader.Number(database, "SELECT count(*) FROM generation WHERE attempts LIKE '%outrun%'") > 0);
    }

    // The clock goes far beyond the wait, and nobody else is asked.
    private async Task AssertAloneAsync(GatewayHarness gateway, string fields, string model = GatewayHarness.Pair, ScriptedProvider? bound = null)
    {
        var provider = bound ?? gateway.Alpha;
        var other = ReferenceEquals(provider, gateway.Alpha) ? gateway.Beta : gateway.Alpha;
        var gate = new TaskCompletionSource();
        provider.On(model[(model.IndexOf('/', StringComparison.Ordinal) + 1)..], Answer.Text(["alone"]) with { HeadGate = gate.Task });
        var (before, othersBefore) = (provider.Started, other.Started);
        using var raw = await RawClient.ConnectAsync(gateway.Address);
        await raw.PostAsync("/api/v1/chat/completions", GatewayClient.Body(model, $"\"stream\":true,{fields}"), gateway.Key);
        await provider.ExchangeAsync(before + 1);
        var head = await raw.ReadHeadAsync();
        await raw.ReadChunkAsync();

        // The beat of the watchdog that keeps the caller alive is the one that would have begun a second attempt.
        _clock.Shift(_wait + TimeSpan.FromSeconds(10));
        for (var beat = 0; beat < 3; beat++)
        {
            await raw.ReadChunkAsync();
        }

        gate.SetResult();
        Assert.Contains("alone", (await raw.ReadBodyAsync(head)).Text, StringComparison.Ordinal);
        Assert.Equal(othersBefore, other.Started);
    }
}
