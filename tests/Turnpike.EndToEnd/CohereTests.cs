using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Chat callers before Cohere's own API, whole and streamed.</summary>
public sealed class CohereTests : IAsyncLifetime
{
    private const string Start = """{"id":"c1","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}""";

    private const string Tools = """ "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}},{"type":"function","function":{"name":"clock"}}] """;

    private static readonly string[] _calls =
    [
        Start,
        """{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I will"}}}""",
        """{"type":"tool-plan-delta","delta":{"message":{"tool_plan":" look"}}}""",
        """{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"weather_1","type":"function","function":{"name":"weather","arguments":""}}}}}""",
        """{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"city\":"}}}}}""",
        """{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"\"Bern\"}"}}}}}""",
        """{"type":"tool-call-end","index":0}""",
        """{"type":"tool-call-start","index":1,"delta":{"message":{"tool_calls":{"id":"clock_2","type":"function","function":{"name":"clock","arguments":""}}}}}""",
        """{"type":"tool-call-end","index":1}""",
        End("TOOL_CALL"),
    ];

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(
        static c => c.Endpoint("alpha", "test/thinker", "command-a-reasoning-08-2025"),
        providerFields: new JsonObject { ["dialect"] = "cohere-v2" });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private JsonObject Sent => _gateway.Alpha.Exchanges[^1].Json;

    [Fact]
    public async Task A_whole_answer_costs_the_tokens_that_are_billed()
    {
        _gateway.Alpha.On("plain", Whole("""[{"type":"text","text":"Hi \"you\""}]"""));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, "\"max_tokens\":50,\"top_p\":0.5,\"top_k\":9");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(("Hi \"you\"", "stop"), (reply.Content!, (string)reply.Json["choices"]![0]!["finish_reason"]!));
        Assert.Equal((12, 7, 26_000), ((int)reply.Usage!["prompt_tokens"]!, (int)reply.Usage["completion_tokens"]!, reply.CostNano!.Value));
        var exchange = _gateway.Alpha.Exchanges.Single();
        Assert.Equal(("/v1/chat", "Bearer sk-upstream-alpha"), (exchange.Path, exchange.Header("Authorization")));
        Assert.Equal("""{"model":"plain","messages":[{"role":"user","content":"Hello"}],"max_tokens":50,"p":0.5,"k":9}""", exchange.BodyText);
    }

    [Fact]
    public async Task Calls_side_by_side_are_streamed_and_answered_with_the_plan_in_its_place()
    {
        _gateway.Alpha.On("plain", e => e.IsStream ? Stream(_calls) : Whole("""[{"type":"text","text":"ok"}]"""));

        var stream = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain, Tools);

        var calls = stream.Chunks.SelectMany(static c => c["choices"]?.AsArray().FirstOrDefault()?["delta"]?["tool_calls"]?.AsArray() ?? []).ToList();
        Assert.True(stream is { IsDone: true, FinishReason: "tool_calls", Content: "I will look" }, string.Join('\n', stream.Items));
        Assert.Equal(["""{"city":"Bern"}""", "{}"], ((int[])[0, 1]).Select(n => string.Concat(calls.Where(c => (int)c!["index"]! == n).Select(static c => (string?)c!["function"]!["arguments"]))));

        var next = $$"""
            {"model":"{{GatewayHarness.Plain}}",{{Tools}},"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"I will look","tool_calls":[
            {"id":"weather_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"} },{"id":"clock_2","type":"function","function":{"name":"clock","arguments":"{}"} }]},
            {"role":"tool","tool_call_id":"weather_1","content":"warm"},{"role":"tool","tool_call_id":"clock_2","content":"noon"}]}
            """;
        Assert.Equal("ok", (await _gateway.Client.ChatAsync(next)).Content);

        Assert.Equal("I will look", (string?)Sent["messages"]![1]!["tool_plan"]);
        Assert.Equal(["weather_1", "clock_2"], Sent["messages"]!.AsArray().Skip(2).Select(static m => (string?)m!["tool_call_id"]));
    }

    [Fact]
    public async Task Thoughts_are_told_and_go_back_to_the_model_that_had_them()
    {
        _gateway.Alpha.On("command-a-reasoning-08-2025", Whole("""[{"type":"thinking","thinking":"hm"},{"type":"text","text":"Yes"}]"""));
        var reply = await _gateway.Client.AskAsync("test/thinker", "\"reasoning\":{\"max_tokens\":100}");
        var message = reply.Json["choices"]![0]!["message"]!;
        Assert.Equal(("hm", "Yes"), ((string?)message["reasoning"], reply.Content));
        Assert.Equal("""{"type":"enabled","token_budget":100}""", Sent["thinking"]!.ToJsonString());

        await _gateway.Client.ChatAsync($$"""{"model":"test/thinker","messages":[{"role":"user","content":"x"},{{message.ToJsonString()}},{"role":"user","content":"more"}]}""");

        Assert.Equal("""[{"type":"thinking","thinking":"hm"},{"type":"text","text":"Yes"}]""", Sent["messages"]![1]!["content"]!.ToJsonString());
    }

    [Fact]
    public async Task A_picture_goes_in_the_message_a_text_beside_it_and_what_is_cited_comes_back()
    {
        _gateway.Alpha.On("plain", Whole("""[{"type":"text","text":"Hello"}]""", citations: """[{"start":0,"end":5,"text":"Hello","sources":[{"type":"document","id":"doc:0","document":{"id":"doc:0","title":"a.txt","text":"Hello"}}]}]"""));

        var reply = await _gateway.Client.ChatAsync($$"""
            {"model":"{{GatewayHarness.Plain}}","messages":[{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="} },
            {"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,SGVsbG8="} }]}],"plugins":[{"id":"file-parser","pdf":{"engine":"native"} }]}
            """);

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("data:image/png;base64,iVBORw0KGgo=", (string?)Sent["messages"]![0]!["content"]![1]!["image_url"]!["url"]);
        Assert.Equal("Hello", (string?)Sent["documents"]![0]!["data"]!["text"]);
        var citation = reply.Json["choices"]![0]!["message"]!["annotations"]![0]!["url_citation"]!;
        Assert.Equal(("a.txt", 0, 5), ((string?)citation["title"], (int)citation["start_index"]!, (int)citation["end_index"]!));
    }

    [Fact]
    public async Task Probabilities_come_in_openais_form()
    {
        _gateway.Alpha.On("plain", Stream(
            Start,
            """{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hi"}}},"logprobs":{"text":"Hi","token_ids":[1],"logprobs":[-0.25]}}""",
            End("COMPLETE")));

        var stream = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain, "\"logprobs\":true");

        var told = stream.Chunks.Select(static c => c["choices"]?.AsArray().FirstOrDefault()?["logprobs"]?["content"]?[0]).First(static l => l is not null)!;
        Assert.Equal(("Hi", -0.25), ((string?)told["token"], (double)told["logprob"]!));
        Assert.True((bool)Sent["logprobs"]!);
    }

    [Fact]
    public async Task A_schema_binds_the_answer()
    {
        _gateway.Alpha.On("plain", Whole("""[{"type":"text","text":"{\"a\":1}"}]"""));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, """ "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","required":["a"]}}} """);

        Assert.Equal("""{"a":1}""", reply.Content);
        Assert.Equal("""{"type":"json_object","json_schema":{"type":"object","required":["a"]}}""", Sent["response_format"]!.ToJsonString());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(498)]
    [InlineData(503)]
    public async Task A_refusal_goes_to_the_next_endpoint(int status)
    {
        _gateway.Alpha.On("pair", Answer.Json("""{"id":"e1","message":"no"}""", status));
        _gateway.Beta.On("pair", Stream(Start, """{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"from beta"}}}}""", End("COMPLETE")));

        var stream = await _gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.Equal(("from beta", 1, 1), (stream.Content, _gateway.Alpha.Started, _gateway.Beta.Started));
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_is_known_by_its_words()
    {
        _gateway.Alpha.On("plain", Answer.Json("""{"message":"too many tokens: size limit exceeded by 11326 tokens. Try using shorter or fewer inputs."}""", 400));

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal((400, "context_length_exceeded"), (reply.Status, reply.ErrorType));
    }

    [Fact]
    public async Task A_cut_stream_is_no_answer_and_costs_nothing()
    {
        var before = _gateway.Available;
        _gateway.Alpha.On("plain", Stream(_calls[..3]));

        var stream = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain, "\"rescue\":\"off\"");

        Assert.NotNull(stream.Error);
        Assert.Equal(before, _gateway.Available);
    }

    private static Answer Stream(params IEnumerable<string> events) => Answer.Stream(events.Select(static e => $"event: {JsonNode.Parse(e)!["type"]}\ndata: {e}\n\n"));

    private static string End(string reason) =>
        """{"type":"message-end","delta":{"finish_reason":"REASON","usage":{"billed_units":{"input_tokens":12,"output_tokens":7},"tokens":{"input_tokens":507,"output_tokens":10},"cached_tokens":448}}}""".Replace("REASON", reason, StringComparison.Ordinal);

    private static Answer Whole(string content, string citations = "[]") => Answer.Json(
        $$"""{"id":"c1","message":{"role":"assistant","content":{{content}},"citations":{{citations}} },"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":12,"output_tokens":7},"tokens":{"input_tokens":507,"output_tokens":10},"cached_tokens":448} }""");
}
