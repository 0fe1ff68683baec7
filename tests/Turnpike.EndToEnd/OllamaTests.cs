using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Callers of all three chat APIs before Ollama's own, whole and streamed; and embeddings.</summary>
public sealed class OllamaTests : IAsyncLifetime
{
    private const string Thinker = "test/thinker";
    private const string Vectors = "test/vectors";
    private const string Image = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    private const string Tools = """ "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}},{"type":"function","function":{"name":"clock"}}] """;

    private static readonly string[] _calls =
    [
        """{"model":"up","created_at":"2026-08-01T12:00:00Z","message":{"role":"assistant","content":"","thinking":"hm"},"done":false}""",
        """{"model":"up","created_at":"2026-08-01T12:00:00Z","message":{"role":"assistant","content":"I will"},"done":false}""",
        """{"model":"up","created_at":"2026-08-01T12:00:00Z","message":{"role":"assistant","content":" look"},"done":false}""",
        """{"model":"up","created_at":"2026-08-01T12:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"weather","arguments":{"city":"Bern"}}},{"function":{"name":"clock","arguments":{}}}]},"done":false}""",
        End(),
    ];

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(
        static c => c
            .Set("media.privateAddresses", true)
            .Set("models", new JsonArray(
                new JsonObject { ["id"] = Thinker, ["reasoning"] = new JsonObject { ["defaultEnabled"] = true } },
                new JsonObject { ["id"] = Vectors, ["outputModalities"] = new JsonArray("embeddings") }))
            .Endpoint("alpha", Thinker)
            .Endpoint("alpha", Vectors),
        providerFields: new JsonObject { ["dialect"] = "ollama" });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private JsonObject Sent => _gateway.Alpha.Exchanges[^1].Json;

    [Fact]
    public async Task A_whole_answer_is_told_and_costs_what_was_counted()
    {
        _gateway.Alpha.On("plain", Whole("Hi \\\"you\\\""));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, "\"max_tokens\":50,\"top_k\":9");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(("Hi \"you\"", "stop"), (reply.Content!, (string)reply.Json["choices"]![0]!["finish_reason"]!));
        Assert.Equal((12, 7, 26_000), ((int)reply.Usage!["prompt_tokens"]!, (int)reply.Usage["completion_tokens"]!, reply.CostNano!.Value));
        var exchange = _gateway.Alpha.Exchanges.Single();
        Assert.Equal(("/v1/api/chat", "Bearer sk-upstream-alpha"), (exchange.Path, exchange.Header("Authorization")));
        Assert.Equal("""{"model":"plain","messages":[{"role":"user","content":"Hello"}],"options":{"num_ctx":8192,"num_predict":50,"top_k":9},"truncate":false,"stream":false}""", exchange.BodyText);
    }

    [Fact]
    public async Task Thoughts_and_calls_are_streamed_and_go_back_with_their_results()
    {
        _gateway.Alpha.On("thinker", e => e.IsStream ? Stream(_calls) : Whole("ok"));

        var stream = await _gateway.Client.AskStreamAsync(Thinker, Tools + ",\"reasoning\":{\"effort\":\"high\"}");

        var deltas = stream.Chunks.Select(static c => c["choices"]?.AsArray().FirstOrDefault()?["delta"]).ToList();
        var calls = deltas.SelectMany(static d => d?["tool_calls"]?.AsArray() ?? []).ToList();
        Assert.True(stream is { IsDone: true, FinishReason: "tool_calls", Content: "I will look" }, string.Join('\n', stream.Items));
        Assert.Equal("hm", string.Concat(deltas.Select(static d => (string?)d?["reasoning"])));
        Assert.Equal(["""{"city":"Bern"}""", "{}"], ((int[])[0, 1]).Select(n => string.Concat(calls.Where(c => (int)c!["index"]! == n).Select(static c => (string?)c!["function"]!["arguments"]))));
        Assert.True((bool)Sent["think"]!);

        var ids = calls.Select(static c => (string?)c!["id"]).Where(static i => i is not null).ToList();
        Assert.Equal(2, ids.Distinct().Count());
        var next = $$"""
            {"model":"{{Thinker}}",{{Tools}},"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"I will look","reasoning":"hm","tool_calls":[
            {"id":"{{ids[0]}}","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"} },{"id":"{{ids[1]}}","type":"function","function":{"name":"clock","arguments":"{}"} }]},
            {"role":"tool","tool_call_id":"{{ids[0]}}","content":"warm"},{"role":"tool","tool_call_id":"{{ids[1]}}","content":"noon"}]}
            """;
        Assert.Equal("ok", (await _gateway.Client.ChatAsync(next)).Content);
        Assert.Equal("""{"city":"Bern"}""", Sent["messages"]![1]!["tool_calls"]![0]!["function"]!["arguments"]!.ToJsonString());
        Assert.Equal("hm", (string?)Sent["messages"]![1]!["thinking"]);
        Assert.Equal(["weather", "clock"], Sent["messages"]!.AsArray().Skip(2).Select(static m => (string?)m!["tool_name"]));
    }

    [Fact]
    public async Task A_caller_of_messages_hears_the_same()
    {
        _gateway.Alpha.On("thinker", Whole("I will look", """ "thinking":"hm","tool_calls":[{"function":{"name":"weather","arguments":{"city":"Bern"}}}] """));

        var reply = await _gateway.Client.PostAsync("/api/v1/messages", $$"""
            {"model":"{{Thinker}}","max_tokens":2000,"thinking":{"type":"enabled","budget_tokens":1024},"system":"s","messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{Image}}"} }]}],
            "tools":[{"name":"weather","input_schema":{"type":"object"} }]}
            """);

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("tool_use", (string?)reply.Json["stop_reason"]);
        Assert.Equal(["thinking", "text", "tool_use"], reply.Json["content"]!.AsArray().Select(static b => (string?)b!["type"]));
        Assert.Equal("""{"city":"Bern"}""", reply.Json["content"]![2]!["input"]!.ToJsonString());
        Assert.Equal((true, Image), ((bool)Sent["think"]!, (string?)Sent["messages"]![1]!["images"]![0]));
    }

    [Fact]
    public async Task A_caller_of_responses_hears_the_same()
    {
        _gateway.Alpha.On("thinker", Stream(_calls));

        var reply = await _gateway.Client.PostAsync("/api/v1/responses", $$"""{"model":"{{Thinker}}","input":"x","stream":true,"reasoning":{"effort":"none"} }""");

        var events = reply.Text.Split('\n').Where(static l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(static l => JsonNode.Parse(l[6..])!);
        var done = events.Single(static e => (string?)e["type"] == "response.completed")["response"]!;
        Assert.Equal(["reasoning", "message", "function_call", "function_call"], done["output"]!.AsArray().Select(static i => (string?)i!["type"]));
        Assert.Equal((12, 7), ((int)done["usage"]!["input_tokens"]!, (int)done["usage"]!["output_tokens"]!));
        Assert.False((bool)Sent["think"]!);
    }

    [Fact]
    public async Task A_picture_by_address_is_fetched_for_it()
    {
        await using var host = JsonService.Start(static _ => Answer.Json(Convert.FromBase64String(Image)) with { ContentType = "image/png" });
        _gateway.Alpha.On("plain", Whole("a dot"));

        var reply = await _gateway.Client.ChatAsync($$"""{"model":"{{GatewayHarness.Plain}}","messages":[{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"{{host.Url}}/a.png"} }]}]}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(Image, (string?)Sent["messages"]![0]!["images"]![0]);
    }

    [Fact]
    public async Task A_schema_binds_the_answer()
    {
        _gateway.Alpha.On("plain", Whole("{\\\"a\\\":1}"));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, """ "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","required":["a"]}}} """);

        Assert.Equal("""{"a":1}""", reply.Content);
        Assert.Equal("""{"type":"object","required":["a"]}""", Sent["format"]!.ToJsonString());
    }

    [Theory]
    [InlineData(404, "model 'pair' not found")]
    [InlineData(500, "model requires more system memory (9.9 GiB) than is available (1.1 GiB)")]
    [InlineData(503, "server busy, please try again.  maximum pending requests exceeded")]
    public async Task A_refusal_goes_to_the_next_endpoint(int status, string message)
    {
        _gateway.Alpha.On("pair", Answer.Json(new JsonObject { ["error"] = message }.ToJsonString(), status));
        _gateway.Beta.On("pair", Stream("""{"message":{"content":"from beta"},"done":false}""", End()));

        var stream = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.Equal(("from beta", 1, 1), (stream.Content, _gateway.Alpha.Started, _gateway.Beta.Started));
    }

    [Fact]
    public async Task An_error_before_any_text_goes_to_the_next_endpoint_though_the_status_was_good()
    {
        _gateway.Alpha.On("pair", Stream("""{"error":"llama runner process has terminated: exit status 2"}"""));
        _gateway.Beta.On("pair", Stream("""{"message":{"content":"from beta"},"done":false}""", End()));

        Assert.Equal("from beta", (await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst)).Content);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"error":"an error was encountered while running the model"}""")]
    public async Task A_stream_that_is_cut_or_fails_is_no_answer_and_costs_nothing(string last)
    {
        var before = _gateway.Available;
        _gateway.Alpha.On("plain", Stream([.. _calls[1..3], last]));

        var stream = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain, "\"rescue\":\"off\"");

        Assert.NotNull(stream.Error);
        Assert.Equal(before, _gateway.Available);
    }

    [Fact]
    public async Task A_prompt_that_was_not_counted_is_charged_by_rule()
    {
        _gateway.Alpha.On("plain", Stream("""{"message":{"content":"Hello there"},"done":false}""", """{"message":{"content":""},"done":true,"done_reason":"stop","eval_count":2}"""));

        var stream = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.True(stream.CostNano > 0, stream.Text);
        Assert.True((int)stream.Usage!["prompt_tokens"]! > 0, stream.Text);
    }

    [Fact]
    public async Task Embeddings_come_from_its_own_address()
    {
        _gateway.Alpha.On("vectors", Answer.Json("""{"model":"vectors","embeddings":[[0.5,1],[1,2]],"prompt_eval_count":5}"""));

        var reply = await _gateway.Client.PostAsync("/api/v1/embeddings", $$"""{"model":"{{Vectors}}","input":["a","b"]}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("/v1/api/embed", _gateway.Alpha.Exchanges.Single().Path);
        Assert.Equal(("[1,2]", 5), (reply.Json["data"]![1]!["embedding"]!.ToJsonString(), (int)reply.Usage!["prompt_tokens"]!));
    }

    private static Answer Stream(params IEnumerable<string> events) =>
        Answer.Stream(events.Select(static e => e.Length == 0 ? e : e + "\n")) with { ContentType = "application/x-ndjson" };

    private static string End() =>
        """{"model":"up","created_at":"2026-08-01T12:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":9,"prompt_eval_count":12,"eval_count":7}""";

    private static Answer Whole(string content, string members = """ "thinking":"" """) => Answer.Json(
        $$"""{"model":"up","created_at":"2026-08-01T12:00:00Z","message":{"role":"assistant","content":"{{content}}",{{members}} },"done":true,"done_reason":"stop","total_duration":9,"prompt_eval_count":12,"eval_count":7}""");
}
