using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Answers that are kept for those who ask for it: the same request again is a hit, which costs nothing.</summary>
public sealed class ResponseCacheTests : IAsyncLifetime
{
    private const string Status = "X-OpenRouter-Cache-Status";
    private const string Ttl = "X-OpenRouter-Cache-TTL";
    private const string Chat = "/api/v1/chat/completions";

    private static readonly (string, string) _asks = ("X-OpenRouter-Cache", "true");

    private readonly ShiftedTimeProvider _time = new();
    private readonly ScriptedProvider _native = ScriptedProvider.Start();
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(
        config => config
            .Set("models", new JsonArray(new JsonObject { ["id"] = "test/vectors", ["outputModalities"] = new JsonArray("embeddings") }))
            .Set("responseCache", new JsonObject { ["bytesMax"] = 64 << 10, ["answerBytesMax"] = 40 << 10 })
            .Endpoint("alpha", "test/vectors")
            .Provider("native", _native.BaseUrl, ("dialect", "anthropic-messages"))
            .Endpoint("native", "test/native"),
        _time);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _native.DisposeAsync();
    }

    public static TheoryData<string, string> Requests => new()
    {
        { Chat, """{"model":"test/plain","messages":[{"role":"user","content":"Hello"}]}""" },
        { Chat, """{"model":"test/plain","stream":true,"messages":[{"role":"user","content":"Hello"}]}""" },
        { "/api/v1/completions", """{"model":"test/plain","prompt":"Hello"}""" },
        { "/v1/messages", """{"model":"test/plain","max_tokens":9,"messages":[{"role":"user","content":"Hello"}]}""" },
        { "/v1/messages", """{"model":"test/plain","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""" },
        { "/v1/messages", """{"model":"test/native","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""" },
        { "/api/v1/responses", """{"model":"test/plain","input":"Hello"}""" },
        { "/api/v1/responses", """{"model":"test/plain","stream":true,"input":"Hello"}""" },
        { "/api/v1/embeddings", """{"model":"test/vectors","input":"Hello"}""" },
    };

    [Fact]
    public async Task A_request_for_another_service_tier_is_another_request()
    {
        Task<Reply> AskAsync(string tier) => _gateway.Client.PostAsync(Chat, $$"""{"model":"test/plain","service_tier":"{{tier}}","messages":[{"role":"user","content":"Hello"}]}""", _asks);

        await AskAsync("flex");
        await AskAsync("default");
        await AskAsync("flex");

        Assert.Equal(["flex", "default"], _gateway.Alpha.Exchanges.Select(static e => (string)e.Json["service_tier"]!));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task The_same_request_again_is_a_hit_with_an_id_of_its_own_and_costs_nothing(string path, string body)
    {
        _gateway.Alpha.On("vectors", Answer.Json("""{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[0.5, 1.25]}],"usage":{"prompt_tokens":4,"total_tokens":4}}"""));
        _native.Otherwise(static _ => Answer.Stream(
            Wire.Event("""{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"usage":{"input_tokens":7,"output_tokens":1}}}"""),
            Wire.Event("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
            Wire.Event("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"""),
            Wire.Event("""{"type":"content_block_stop","index":0}"""),
            Wire.Event("""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}"""),
            Wire.Event("""{"type":"message_stop"}""")));
        var miss = await _gateway.Client.PostAsync(path, body, _asks);
        await _gateway.SettledAsync();
        var left = _gateway.Available;
        _time.Shift(TimeSpan.FromSeconds(20));

        var hit = await _gateway.Client.PostAsync(path, body, _asks);

        Assert.True(miss.Status == 200 && hit.Status == 200, miss.Text + hit.Text);
        Assert.Equal(("MISS", "300", null), (miss.Header(Status), miss.Header(Ttl), miss.Header("X-OpenRouter-Cache-Age")));
        Assert.Equal(("HIT", "280", "20"), (hit.Header(Status), hit.Header(Ttl), hit.Header("X-OpenRouter-Cache-Age")));
        var (paid, free) = (miss.Header("X-Generation-Id")!, hit.Header("X-Generation-Id")!);
        Assert.Equal(paid, hit.Header("X-OpenRouter-Cache-Source-Id"));
        Assert.Equal(1, _gateway.Alpha.Started + _native.Started);
        Assert.Equal((left, 0L), (_gateway.Available, _gateway.Held));
        Assert.NotEqual(paid, free);
        Assert.DoesNotContain(paid, hit.Text, StringComparison.Ordinal);
        Assert.Equal(Plain(miss.Text, paid), Plain(hit.Text, free));
        var figures = Figures(hit.Text);
        Assert.NotEmpty(figures);
        Assert.All(figures, static f => Assert.Equal(0m, f));
        Assert.Contains(Figures(miss.Text), static f => f > 0);
        var times = Documents(hit.Text).Select(static d => d["created"] ?? (d["response"] ?? d)["created_at"]).OfType<JsonValue>().Select(static t => t.GetValue<long>());
        Assert.All(times, t => Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds(), t));
        var record = await _gateway.GenerationAsync(free);
        Assert.Equal((paid, 0m, 0), ((string)record["response_cache_source_id"]!, (decimal)record["total_cost"]!, (int)record["native_tokens_prompt"]!));
        Assert.Equal((string?)(await _gateway.GenerationAsync(paid))["model"], (string?)record["model"]);
    }

    [Fact]
    public async Task A_key_with_a_limit_gets_hits_as_others_do()
    {
        var client = await _gateway.LimitedClientAsync(0.5m, "daily");

        var miss = await client.PostAsync(Chat, GatewayClient.Body(GatewayHarness.Plain), _asks);
        var hit = await client.PostAsync(Chat, GatewayClient.Body(GatewayHarness.Plain), _asks);

        Assert.Equal(("MISS", "HIT"), (miss.Header(Status), hit.Header(Status)));
        Assert.Equal(1, _gateway.Alpha.Started);
    }

    [Fact]
    public async Task The_order_of_members_and_space_do_not_matter_and_every_value_does()
    {
        await AskAsync("""{"model":"test/plain","temperature":0.5,"messages":[{"role":"user","content":"Hé"}]}""");

        Assert.Equal("HIT", (await AskAsync(""" { "messages" : [ {"content":"H\u00e9","role":"user"} ] ,"temperature":0.5, "model":"test/plain" } """)).Header(Status));
        Assert.Equal("MISS", (await AskAsync("""{"model":"test/plain","temperature":0.6,"messages":[{"role":"user","content":"Hé"}]}""")).Header(Status));
        Assert.Equal("MISS", (await AskAsync("""{"model":"test/plain","messages":[{"role":"user","content":"Hé"}]}""")).Header(Status));
        Assert.Equal("MISS", (await AskAsync("""{"model":"test/plain","temperature":0.5,"stream":true,"messages":[{"role":"user","content":"Hé"}]}""")).Header(Status));
        var other = await _gateway.LimitedClientAsync(1);
        Assert.Equal("MISS", (await other.ChatAsync("""{"model":"test/plain","temperature":0.5,"messages":[{"role":"user","content":"Hé"}]}""", _asks)).Header(Status));
    }

    [Fact]
    public async Task Who_does_not_ask_gets_a_new_answer_and_leaves_none()
    {
        await AskAsync(Body());

        var reply = await _gateway.Client.ChatAsync(Body());
        var refused = await _gateway.Client.ChatAsync(Body(), ("X-OpenRouter-Cache", "false"));

        Assert.Null(reply.Header(Status) ?? refused.Header(Status) ?? reply.Header(Ttl));
        Assert.Equal(3, _gateway.Alpha.Started);
    }

    [Theory]
    [InlineData("60", "60")]
    [InlineData("60abc", "60")]
    [InlineData("1.5", "1")]
    [InlineData("0", "1")]
    [InlineData("99999999999999999999", "86400")]
    [InlineData("soon", "300")]
    [InlineData("-5", "300")]
    public async Task The_time_that_an_answer_is_kept_is_read_as_it_is_meant(string header, string seconds)
    {
        var miss = await AskAsync(Body(), (Ttl, header));
        _time.Shift(TimeSpan.FromSeconds(int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture) - 0.5));
        var hit = await AskAsync(Body(), (Ttl, "7"));
        _time.Shift(TimeSpan.FromSeconds(0.5));
        var late = await AskAsync(Body());

        Assert.Equal((seconds, "HIT", "0", "MISS"), (miss.Header(Ttl), hit.Header(Status), hit.Header(Ttl), late.Header(Status)));
    }

    [Fact]
    public async Task One_that_is_cleared_is_made_anew_and_kept()
    {
        await AskAsync(Body());
        _gateway.Alpha.On("plain", Answer.Json(Wire.Whole("fresh")));

        var cleared = await AskAsync(Body(), ("X-OpenRouter-Cache-Clear", "true"));
        var hit = await AskAsync(Body());
        var unasked = await _gateway.Client.ChatAsync(Body(), ("X-OpenRouter-Cache-Clear", "true"));

        Assert.Equal(("MISS", "fresh", "HIT", "fresh"), (cleared.Header(Status), cleared.Content, hit.Header(Status), hit.Content));
        Assert.Null(unasked.Header(Status));
        Assert.Equal("HIT", (await AskAsync(Body())).Header(Status));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_several_at_once_one_asks_the_provider(bool stream)
    {
        var gate = new TaskCompletionSource();
        _gateway.Alpha.On("plain", e => Answer.For(e, ["once"], 10, 2) with { HeadGate = gate.Task });
        Task<Reply>[] asking = [.. Enumerable.Range(0, 5).Select(_ => AskAsync(Body(stream)))];
        await _gateway.Alpha.ExchangeAsync();
        gate.SetResult();

        var replies = await Task.WhenAll(asking);

        Assert.Equal(1, _gateway.Alpha.Started);
        Assert.Equal(["HIT", "HIT", "HIT", "HIT", "MISS"], replies.Select(static r => r.Header(Status)!).Order(StringComparer.Ordinal));
        Assert.Equal(5, replies.Select(static r => r.Header("X-Generation-Id")).Distinct().Count());
    }

    [Fact]
    public async Task Where_the_first_of_several_fails_the_others_ask_on_their_own()
    {
        var gate = new TaskCompletionSource();
        var asked = 0;
        _gateway.Alpha.On("plain", e => Interlocked.Increment(ref asked) == 1 ? Answer.Error(404) with { HeadGate = gate.Task } : Answer.For(e, ["late"], 10, 2));
        Task<Reply>[] asking = [.. Enumerable.Range(0, 3).Select(_ => AskAsync(Body()))];
        await _gateway.Alpha.ExchangeAsync();
        gate.SetResult();

        var replies = await Task.WhenAll(asking);

        Assert.Single(replies, static r => r.Status != 200);
        Assert.All(replies.Where(static r => r.Status == 200), static r => Assert.Equal("late", r.Content));
    }

    [Fact]
    public async Task Errors_broken_streams_and_answers_cut_by_credit_are_never_kept()
    {
        _gateway.Alpha.On("plain", Answer.Error(404));
        await AskAsync(Body());
        _gateway.Alpha.On("plain", Answer.Stream([Wire.Role(), Wire.Text("Hel")]).Then(new Step.Cut()));
        await AskAsync(Body(stream: true, ""","rescue":"off" """));
        _gateway.Alpha.On("plain", static e => Answer.For(e, ["Hello"], 10, 2));

        Assert.Equal("MISS", (await AskAsync(Body())).Header(Status));
        Assert.Equal("MISS", (await AskAsync(Body(stream: true, ""","rescue":"off" """))).Header(Status));
        var poor = await _gateway.LimitedClientAsync(0.002m);
        await poor.ChatAsync(Body(), _asks); // less than the most that it can cost: the provider is told a limit
        Assert.Equal("MISS", (await poor.ChatAsync(Body(), _asks)).Header(Status));
    }

    [Fact]
    public async Task Memory_is_bounded_and_the_one_not_asked_for_longest_gives_way()
    {
        _gateway.Alpha.On("plain", Answer.Json(Wire.Whole(new string('x', 25_000))));
        await AskAsync(Body(text: "one"));
        await AskAsync(Body(text: "two"));
        Assert.Equal("HIT", (await AskAsync(Body(text: "one"))).Header(Status));
        await AskAsync(Body(text: "three"));

        Assert.Equal("HIT", (await AskAsync(Body(text: "one"))).Header(Status));
        Assert.Equal("MISS", (await AskAsync(Body(text: "two"))).Header(Status));
        _gateway.Alpha.On("plain", Answer.Json(Wire.Whole(new string('x', 45_000))));
        await AskAsync(Body(text: "too large"));
        Assert.Equal("MISS", (await AskAsync(Body(text: "too large"))).Header(Status));
    }

    [Fact]
    public async Task Presets_switch_it_on_and_off()
    {
        await PresetAsync("on", """{"model":"test/plain","cache_enabled":true,"cache_ttl_seconds":600}""");
        await PresetAsync("off", """{"model":"test/plain","cache_enabled":false}""");
        await PresetAsync("silent", """{"model":"test/plain","seed":2,"cache_ttl_seconds":50}""");

        var miss = await _gateway.Client.AskAsync("@preset/on");
        Assert.Equal(("MISS", "600"), (miss.Header(Status), miss.Header(Ttl)));
        Assert.Equal("HIT", (await _gateway.Client.AskAsync("@preset/on")).Header(Status));
        Assert.Null((await _gateway.Client.ChatAsync(GatewayClient.Body("@preset/on"), ("X-OpenRouter-Cache", "false"))).Header(Status));
        Assert.Equal("9", (await _gateway.Client.ChatAsync(GatewayClient.Body("@preset/on", "\"seed\":1"), (Ttl, "9"))).Header(Ttl));
        Assert.Null((await AskAsync(GatewayClient.Body("@preset/off"))).Header(Status));
        Assert.Null((await _gateway.Client.AskAsync("@preset/silent")).Header(Status));
        Assert.Equal("50", (await AskAsync(GatewayClient.Body("@preset/silent"))).Header(Ttl));
        await PresetAsync("on", """{"model":"test/plain","cache_enabled":true,"temperature":0.1}""");
        Assert.Equal("MISS", (await _gateway.Client.AskAsync("@preset/on")).Header(Status)); // another version is another request
    }

    [Fact]
    public async Task Where_the_account_demands_zero_retention_nothing_is_kept()
    {
        var asked = 0;
        await _gateway.SetProviderDefaultsAsync("{\"zdr\":true}", key: null);

        await Deadline.UntilAsync(
            async () => (await AskAsync(Body(text: $"{asked++}"))).Header(Status) is null, "the defaults to be in force");
    }

    [Fact]
    public async Task A_hit_tells_nothing_of_a_route()
    {
        var body = GatewayClient.Body(GatewayHarness.Pair);
        var miss = await _gateway.Client.ChatAsync(body, _asks, ("X-OpenRouter-Metadata", "enabled"));

        var hit = await _gateway.Client.ChatAsync(body, _asks, ("X-OpenRouter-Metadata", "enabled"));

        Assert.NotNull(miss.Json["openrouter_metadata"]);
        Assert.Equal(("HIT", null), (hit.Header(Status), hit.Json["openrouter_metadata"]));
    }

    private static string Body(bool stream = false, string fields = "", string text = "Hello") =>
        $$"""{"model":"test/plain","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{text}}"}]{{fields}}}""";

    private Task<Reply> AskAsync(string body, params (string, string)[] headers) => _gateway.Client.ChatAsync(body, [_asks, .. headers]);

    private async Task PresetAsync(string slug, string body) =>
        Assert.Equal(200, (await _gateway.Client.PostAsync($"/api/v1/presets/{slug}/chat/completions", body)).Status);

    // Without what is another in each telling: the id, the time, what was used.
    private static string Plain(string text, string id) => string.Join('\n', Documents(text).Select(document =>
    {
        document.AsObject().Remove("created");
        document.AsObject().Remove("usage");
        foreach (var inner in new[] { document["message"], document["response"] }.OfType<JsonObject>())
        {
            inner.Remove("usage");
            inner.Remove("created_at");
        }

        document.AsObject().Remove("created_at");
        return document.ToJsonString().Replace(id, "ID", StringComparison.Ordinal);
    }));

    private static IEnumerable<decimal> Figures(string text) =>
        Documents(text).SelectMany(static d => new[] { d["usage"], d["message"]?["usage"], d["response"]?["usage"] }).OfType<JsonObject>().SelectMany(Numbers).ToList();

    private static IEnumerable<decimal> Numbers(JsonObject node) => node.SelectMany(static m =>
        m.Value is JsonObject inner ? Numbers(inner) : m.Value?.GetValueKind() == System.Text.Json.JsonValueKind.Number ? [m.Value.GetValue<decimal>()] : []);

    private static IEnumerable<JsonNode> Documents(string text) => text.StartsWith('{')
        ? [JsonNode.Parse(text)!]
        : [.. text.Split('\n').Where(static l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(static l => JsonNode.Parse(l["data: ".Length..])!)];
}
