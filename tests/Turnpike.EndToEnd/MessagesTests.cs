using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary><c>POST /messages</c> in front of a chat provider and in front of one of its own dialect.</summary>
public sealed class MessagesTests : IAsyncLifetime
{
    private const string Path = "/api/v1/messages";
    private const string CountPath = "/v1/messages/count_tokens";
    private const string Native = "test/native";

    private const string NativeWhole =
        """{"id":"msg_up","type":"message","role":"assistant","model":"native","unforeseen":{"a": 1.50},"content":[{"type":"text","text":"H\u00e9"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"cache_read_input_tokens":0,"output_tokens":5,"new_count": 1.0}}""";

    private readonly ScriptedProvider _native = ScriptedProvider.Start();
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static _ => { });

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _native.DisposeAsync();
    }

    private static string Body(string model = GatewayHarness.Plain, string messages = """[{"role":"user","content":"Hello"}]""", string fields = "") =>
        $$"""{"model":"{{model}}","max_tokens":50,"messages":{{messages}}{{fields}}}""";

    private Task<Reply> AskAsync(string body) => _gateway.Client.PostAsync(Path, body);

    private async Task UseNativeAsync()
    {
        await _gateway.DisposeAsync();
        _gateway = await GatewayHarness.StartAsync(config => config
            .Provider("native", _native.BaseUrl, ("dialect", "anthropic-messages"))
            .Endpoint("native", Native)
            .Endpoint("native", "test/mixed")
            .Endpoint("alpha", "test/mixed"));
    }

    [Fact]
    public async Task A_chat_provider_answers_a_message()
    {
        var reply = await AskAsync(Body(fields:
            ""","system":[{"type":"text","text":"Be short."}],"temperature":0.5,"stop_sequences":["END"],"max_cost":0.5,"session_id":"s","metadata":{"user_id":"u"}"""));

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(("message", "assistant", "end_turn"), ((string)reply.Json["type"]!, (string)reply.Json["role"]!, (string)reply.Json["stop_reason"]!));
        Assert.Equal("""[{"type":"text","text":"Hello there","citations":[]}]""", reply.Json["content"]!.ToJsonString()); // some clients take no null there
        Assert.True(reply.CostNano > 0);
        Assert.NotNull(reply.Header("request-id"));
        var exchange = Assert.Single(_gateway.Alpha.Exchanges);
        Assert.Equal("/v1/chat/completions", exchange.Path); // no other API of OpenAI's is tried at a provider that has only this one
        var sent = exchange.Json;
        Assert.Equal(["system", "user"], sent["messages"]!.AsArray().Select(static m => (string)m!["role"]!));
        Assert.Equal((0.5, "END", 50), ((double)sent["temperature"]!, (string)sent["stop"]![0]!, (int)(sent["max_tokens"] ?? sent["max_completion_tokens"])!));
        Assert.Null(sent["max_cost"] ?? sent["session_id"] ?? sent["metadata"]);
    }

    [Fact]
    public async Task Every_member_that_clients_types_want_stands_in_a_message()
    {
        _gateway.Alpha.On("plain", Answer.Json(
            """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"x","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}"""));

        var message = (await AskAsync(Body())).Json.AsObject();

        Assert.Superset(new HashSet<string> { "container", "stop_details", "stop_sequence" }, message.Select(static m => m.Key).ToHashSet());
        Assert.Superset(
            new HashSet<string> { "cache_creation", "inference_geo", "output_tokens_details", "server_tool_use", "service_tier" },
            message["usage"]!.AsObject().Select(static m => m.Key).ToHashSet());
        Assert.Superset(
            new HashSet<string> { "upstream_inference_prompt_cost", "upstream_inference_completions_cost" },
            message["usage"]!["cost_details"]!.AsObject().Select(static m => m.Key).ToHashSet());
        Assert.Equal("direct", (string)message["content"]![1]!["caller"]!["type"]!);
    }

    [Fact]
    public async Task Every_event_of_a_stream_stands_where_the_accumulators_look_for_it()
    {
        _gateway.Alpha.On("plain", Answer.Stream(
            Wire.Role(),
            Wire.Delta("""{"reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","format":"anthropic-claude-v1","index":0}]}"""),
            Wire.Delta("""{"reasoning_details":[{"type":"reasoning.text","signature":"si+g","format":"anthropic-claude-v1","index":0}]}"""),
            Wire.Text("He"),
            Wire.Text("llo"),
            Wire.Delta("""{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"f","arguments":"{\"a\":"}}]}"""),
            Wire.Delta("""{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"g","arguments":"{}"}}]}"""),
            Wire.Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}"""),
            Wire.Finish("tool_calls"),
            Wire.Usage(10, 5),
            Wire.Done));

        var events = await StreamAsync(Body(fields: ",\"stream\":true"));

        var content = Lifecycle.Gather(events);
        Assert.Equal(
            """[{"type":"thinking","thinking":"hm","signature":"si+g"},{"type":"text","text":"Hello","citations":[]},{"type":"tool_use","id":"call_a","name":"f","caller":{"type":"direct"},"input":{"a":1}},{"type":"tool_use","id":"call_b","name":"g","caller":{"type":"direct"},"input":{}}]""",
            content.ToJsonString(Lifecycle.Relaxed));
        var end = events[^2];
        Assert.Equal(("tool_use", 10, 5), ((string)end["delta"]!["stop_reason"]!, (int)end["usage"]!["input_tokens"]!, (int)end["usage"]!["output_tokens"]!));
        Assert.NotNull(end["usage"]!["cost"]);
    }

    [Theory]
    [InlineData("anthropic-claude-v1", "si+g/==")]
    [InlineData("some-other-v1", "oth/er==")]
    public async Task What_a_model_thought_comes_back_to_it_byte_for_byte_and_in_place(string format, string signature)
    {
        _gateway.Alpha.On("plain", Answer.Json(
            $$$$"""{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"reasoning_details":[{"type":"reasoning.text","text":"hé\n","signature":"{{{{signature}}}}","format":"{{{{format}}}}","index":0},{"type":"reasoning.encrypted","data":"gA+/=","format":"{{{{format}}}}","index":1}],"tool_calls":[{"id":"call_a","type":"function","function":{"name":"f","arguments":"{\"a\": 1}"}}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""));
        var first = await AskAsync(Body());
        Assert.Equal(["thinking", "redacted_thinking", "tool_use"], first.Json["content"]!.AsArray().Select(static b => (string)b!["type"]!));

        await AskAsync(Body(messages:
            $$"""[{"role":"user","content":"Hello"},{"role":"assistant","content":{{first.Json["content"]!.ToJsonString()}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_a","content":"42"},{"type":"text","text":"go on"}]}]"""));

        var messages = _gateway.Alpha.Exchanges[1].Json["messages"]!;
        var details = messages[1]!["reasoning_details"]!;
        Assert.Equal(("hé\n", signature, format), ((string)details[0]!["text"]!, (string)details[0]!["signature"]!, (string)details[0]!["format"]!));
        Assert.Equal(("gA+/=", format), ((string)details[1]!["data"]!, (string)details[1]!["format"]!));
        Assert.Equal(("call_a", "{\"a\":1}"), ((string)messages[1]!["tool_calls"]![0]!["id"]!, (string)messages[1]!["tool_calls"]![0]!["function"]!["arguments"]!));
        Assert.Equal(("tool", "42", "user"), ((string)messages[2]!["role"]!, (string)messages[2]!["content"]!, (string)messages[3]!["role"]!));
    }

    [Fact]
    public async Task An_image_and_tools_are_said_in_the_words_of_the_chat_provider()
    {
        var reply = await AskAsync(Body(
            messages: """[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},{"type":"text","text":"What is it?"}]}]""",
            fields: ""","tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}],"tool_choice":{"type":"any","disable_parallel_tool_use":true}"""));

        Assert.True(reply.Status == 200, reply.Text);
        var sent = Assert.Single(_gateway.Alpha.Exchanges).Json;
        Assert.Equal("data:image/png;base64,iVBORw0KGgo=", (string)sent["messages"]![0]!["content"]![0]!["image_url"]!["url"]!);
        Assert.Equal(("f", "required", false), ((string)sent["tools"]![0]!["function"]!["name"]!, (string)sent["tool_choice"]!, (bool)sent["parallel_tool_calls"]!));
    }

    [Fact]
    public async Task What_only_this_API_has_a_block_for_is_said_in_words_where_it_has_words_and_else_left_out()
    {
        const string Found = """{"type":"search_result","source":"https://a.example","title":"Bern","content":[{"type":"text","text":"Bears."}]}""";
        var reply = await AskAsync(Body(messages: $$"""
            [{"role":"user","content":[{"type":"container_upload","file_id":"f"}]},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"find","input":{} }]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{{Found}}]},{"type":"document","source":{"type":"content","content":[{"type":"text","text":"Wolves."}]} }]}]
            """));

        Assert.True(reply.Status == 200, reply.Text);
        var sent = Assert.Single(_gateway.Alpha.Exchanges).Json["messages"]!.AsArray();
        Assert.Equal(["", "Bern\nhttps://a.example\nBears.", "Wolves."], sent.Where(static m => (string)m!["role"]! != "assistant").Select(static m => (string)m!["content"]!));
    }

    [Fact]
    public async Task A_provider_of_the_dialect_gets_and_gives_the_same_bytes()
    {
        await UseNativeAsync();
        _native.On("native", Answer.Json(NativeWhole));

        var reply = await _gateway.Client.PostAsync(
            Path,
            Body(Native, fields: ""","unforeseen":{"x": 1.0},"provider":{"order":["native"]},"metadata":{"user_id":"somebody", "k":1},"rescue":"off" """),
            ("anthropic-beta", "new-thing-2026"), ("anthropic-version", "2024-01-01"));

        Assert.True(reply.Status == 200, reply.Text);
        var id = (string)reply.Json["id"]!;
        var ours = NativeWhole.Replace("msg_up", id, StringComparison.Ordinal).Replace("\"model\":\"native\"", "\"model\":\"test/native\"", StringComparison.Ordinal);
        Assert.StartsWith("gen-", id, StringComparison.Ordinal);
        Assert.StartsWith(ours[..^2], reply.Text, StringComparison.Ordinal);
        Assert.Equal(20_000, reply.CostNano);
        var sent = Assert.Single(_native.Exchanges);
        var user = (string)sent.Json["metadata"]!["user_id"]!;
        Assert.Equal(
            $$$"""{"model":"native","max_tokens":50,"messages":[{"role":"user","content":"Hello"}],"unforeseen":{"x": 1.0},"metadata":{"user_id":"{{{user}}}", "k":1} }""",
            sent.BodyText);
        Assert.DoesNotContain("somebody", user, StringComparison.Ordinal);
        Assert.Equal(("/v1/messages", "new-thing-2026", "2024-01-01"), (sent.Path, sent.Header("anthropic-beta"), sent.Header("anthropic-version")));
    }

    [Fact]
    public async Task Events_of_a_provider_of_the_dialect_keep_their_bytes()
    {
        await UseNativeAsync();
        const string delta = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"H\u00e9"}, "extra":[1 ,2]}""";
        const string other = """{"type":"something_new","x": 1.0}""";
        _native.On("native", NativeStream(other, delta));

        var text = await TextAsync(Body(Native, fields: ",\"stream\":true"));

        Assert.Contains($"event: content_block_delta\ndata: {delta}\n\n", text, StringComparison.Ordinal);
        Assert.Contains($"event: something_new\ndata: {other}\n\n", text, StringComparison.Ordinal);
        Assert.Contains("\"cost\":0.00002", text, StringComparison.Ordinal);
        Assert.DoesNotContain("msg_up", text, StringComparison.Ordinal);
        Assert.EndsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_models_thoughts_are_wrapped_in_is_never_sent_to_Anthropic()
    {
        await UseNativeAsync();
        _native.On("native", Answer.Json(NativeWhole));
        _gateway.Alpha.On("plain", Answer.Json(
            """{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hi","reasoning":"hm"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""));
        var first = await AskAsync(Body());

        var reply = await AskAsync(Body(Native, messages:
            $$"""[{"role":"user","content":"Hello"},{"role":"assistant","content":{{first.Json["content"]!.ToJsonString()}}},{"role":"user","content":"and?"}]"""));

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal("hm", (string)first.Json["content"]![0]!["thinking"]!);
        var sent = Assert.Single(_native.Exchanges);
        Assert.DoesNotContain("tpk1.", sent.BodyText, StringComparison.Ordinal);
        Assert.Equal("Hi", (string)Assert.Single(sent.Json["messages"]![1]!["content"]!.AsArray())!["text"]!);
    }

    [Fact]
    public async Task A_preset_stands_behind_what_the_request_says_itself()
    {
        await _gateway.DisposeAsync();
        _gateway = await GatewayHarness.StartAsync(static config => config.Set("presets", new JsonObject
        {
            ["terse"] = new JsonObject { ["model"] = GatewayHarness.Plain, ["system"] = "Be terse.", ["temperature"] = 0.1 },
        }));

        await AskAsync("""{"preset":"terse","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""");
        await AskAsync("""{"preset":"terse","max_tokens":50,"system":"Be long.","messages":[{"role":"user","content":"Hello"}]}""");

        Assert.Equal(["Be terse.", "Be long."], _gateway.Alpha.Exchanges.Select(static e => (string)e.Json["messages"]![0]!["content"]!));
        Assert.Equal((0.1, 2), ((double)_gateway.Alpha.Exchanges[0].Json["temperature"]!, _gateway.Alpha.Exchanges[1].Json["messages"]!.AsArray().Count));
    }

    [Fact]
    public async Task Tokens_are_counted_by_the_provider_where_it_can_and_estimated_elsewhere()
    {
        await UseNativeAsync();
        _native.On("native", Answer.Json("""{"input_tokens":2095}"""));

        var counted = await _gateway.Client.PostAsync(CountPath, $$$$"""{"model":"{{{{Native}}}}","messages":[{"role":"user","content":"Hello"}],"provider":{"order":["native"]}}""");
        var estimated = await _gateway.Client.PostAsync(CountPath, """{"model":"test/plain","messages":[{"role":"user","content":"Hello, how are you today?"}]}""");

        Assert.Equal((2095, "provider"), ((int)counted.Json["input_tokens"]!, counted.Header("X-Token-Count-Source")));
        var sent = Assert.Single(_native.Exchanges);
        Assert.Equal(("/v1/messages/count_tokens", """{"model":"native","messages":[{"role":"user","content":"Hello"}]}"""), (sent.Path, sent.BodyText));
        Assert.True((int)estimated.Json["input_tokens"]! is > 4 and < 30, estimated.Text);
        Assert.Equal("estimate", estimated.Header("X-Token-Count-Source"));
        Assert.Empty(_gateway.Alpha.Exchanges);
        Assert.Equal(0, _gateway.Held);
    }

    [Fact]
    public async Task A_provider_that_does_not_count_leaves_the_estimate_and_one_that_refuses_is_heard()
    {
        await UseNativeAsync();
        var body = $$"""{"model":"{{Native}}","messages":[{"role":"user","content":"Hello"}]}""";
        _native.On("native", Answer.Json("""{"type":"error","error":{"type":"api_error","message":"down"}}""", 500));
        var estimated = await _gateway.Client.PostAsync(CountPath, body);
        _native.On("native", Answer.Json("""{"type":"error","error":{"type":"invalid_request_error","message":"messages: roles must alternate"}}""", 400));
        var refused = await _gateway.Client.PostAsync(CountPath, body);

        Assert.Equal((200, "estimate"), (estimated.Status, estimated.Header("X-Token-Count-Source")));
        Assert.Equal((400, "invalid_request_error"), (refused.Status, (string)refused.Json["error"]!["type"]!));
        Assert.Contains("alternate", refused.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"test/plain","max_tokens":5}""", "messages")]
    [InlineData("""{"model":"test/plain","max_tokens":5,"messages":[{"role":"robot","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"test/plain","max_tokens":5,"messages":[{"role":"user","content":[{"type":"tool_result"}]}]}""", "messages[0].content[0].tool_use_id")]
    [InlineData("""{"model":"test/plain","max_tokens":"many","messages":[{"role":"user","content":"x"}]}""", "max_tokens")]
    [InlineData("""{"model":"test/plain","max_cost":-1,"messages":[{"role":"user","content":"x"}]}""", "max_cost")]
    public async Task A_broken_request_is_refused_in_the_words_of_the_API_and_the_field_is_named(string body, string name)
    {
        var reply = await AskAsync(body);

        Assert.Equal(400, reply.Status);
        Assert.Equal(("error", "invalid_request_error"), ((string)reply.Json["type"]!, (string)reply.Json["error"]!["type"]!));
        Assert.Contains(name, reply.ErrorMessage, StringComparison.Ordinal);
        Assert.NotNull(reply.Json["request_id"]);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task A_conversation_that_the_server_shall_keep_is_refused_so_that_Anthropics_client_goes_on_without()
    {
        var refused = await AskAsync(Body(fields: ",\"thread\":{\"type\":\"create\"}"));
        var without = await AskAsync(Body(fields: ",\"thread\":null"));

        Assert.Equal((400, 200), (refused.Status, without.Status));
        Assert.Equal("""{"error_code":"thread_unsupported_request","unsupported":["thread"]}""", refused.Json["error"]!["details"]!.ToJsonString());
        Assert.Contains("thread", refused.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_a_prompt_is_too_long_is_said_in_the_words_by_which_agents_know_it()
    {
        _gateway.Alpha.On("plain", Answer.Error(400, "This model's maximum context length is 8192 tokens."));

        var reply = await AskAsync(Body());

        Assert.Equal((400, "invalid_request_error"), (reply.Status, (string)reply.Json["error"]!["type"]!));
        Assert.StartsWith("prompt is too long: ", reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blocks_that_only_Anthropic_has_are_told_others_in_words()
    {
        await AskAsync(Body(messages: """
            [{"role":"user","content":[{"type":"search_result","source":"https://a.example","title":"T","content":[{"type":"text","text":"found"}]},
            {"type":"document","title":"D","source":{"type":"content","content":[{"type":"text","text":"one"},{"type":"text","text":"two"}]}}]},
            {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"tool_reference","tool_name":"g"}]}]}]
            """));

        var messages = Assert.Single(_gateway.Alpha.Exchanges).Json["messages"]!;
        Assert.Equal(["T\nhttps://a.example\nfound", "D\none\ntwo"], messages[0]!["content"]!.AsArray().Select(static p => (string)p!["text"]!));
        Assert.Equal("The tool g can be called.", (string)messages[2]!["content"]!);
    }

    [Fact]
    public async Task What_has_no_words_leaves_a_text_that_the_chat_provider_takes()
    {
        await AskAsync(Body(messages: """
            [{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"unheard_of"}]}]}]
            """));

        Assert.Equal("", (string)Assert.Single(_gateway.Alpha.Exchanges).Json["messages"]![2]!["content"]!);
    }

    [Fact]
    public async Task A_key_is_taken_from_x_api_key_and_one_that_nobody_knows_is_refused_in_the_words_of_the_API()
    {
        var anonymous = new GatewayClient(_gateway.Address, null);
        var known = await anonymous.PostAsync("/v1/messages", Body(), ("x-api-key", _gateway.Key), ("anthropic-version", "2023-06-01"));
        var unknown = await anonymous.PostAsync("/v1/messages", Body(), ("x-api-key", "sk-or-v1-wrong"));
        var missing = await anonymous.PostAsync(CountPath, Body());

        Assert.Equal((200, 401, 401), (known.Status, unknown.Status, missing.Status));
        Assert.Equal(("authentication_error", "authentication_error"), ((string)unknown.Json["error"]!["type"]!, (string)missing.Json["error"]!["type"]!));
    }

    [Theory]
    [InlineData(429, 429, "rate_limit_error")]
    [InlineData(503, 529, "overloaded_error")]
    [InlineData(400, 400, "invalid_request_error")]
    public async Task A_providers_failure_has_Anthropics_status_and_word(int theirs, int status, string word)
    {
        _gateway.Alpha.On("plain", Answer.Error(theirs, "the engine is overloaded"));

        var reply = await AskAsync(Body());

        Assert.Equal((status, word), (reply.Status, (string)reply.Json["error"]!["type"]!));
    }

    [Theory]
    [InlineData(GatewayHarness.Plain)]
    [InlineData(Native)]
    public async Task A_stream_that_is_cut_ends_with_an_error_event(string model)
    {
        await UseNativeAsync();
        _gateway.Alpha.On("plain", Answer.Stream(Wire.Role(), Wire.Text("Hel")).Then(new Step.Cut()));
        _native.On("native", NativeBeginning("Hel"));

        var events = await StreamAsync(Body(model, fields: ",\"stream\":true,\"rescue\":\"off\""));

        Assert.Equal("message_start", Type(events[0]));
        Assert.Equal(("error", "api_error"), (Type(events[^1]), (string)events[^1]["error"]!["type"]!));
        await _gateway.SettledAsync();
    }

    [Fact]
    public async Task A_provider_that_begins_its_message_twice_is_told_once()
    {
        await UseNativeAsync();
        _native.On("native", NativeStream(
            """{"type":"message_start","message":{"id":"msg_up","type":"message","role":"assistant","model":"native","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"""));

        var events = await StreamAsync(Body(Native, fields: ",\"stream\":true"));

        Assert.Single(events, static e => Type(e) == "message_start");
        Assert.Equal("Hello", (string)Assert.Single(Lifecycle.Gather(events))!["text"]!);
    }

    [Fact]
    public async Task A_message_of_another_dialect_begins_with_an_estimate_of_its_input()
    {
        var events = await StreamAsync($$"""{"model":"{{GatewayHarness.Plain}}","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"{{new string('a', 400)}}"}]}""");

        Assert.InRange((int)events[0]["message"]!["usage"]!["input_tokens"]!, 100, 150);
        Assert.Equal(10, (int)events.Single(static e => Type(e) == "message_delta")["usage"]!["input_tokens"]!);
    }

    [Theory]
    [InlineData(GatewayHarness.Pair)]
    [InlineData("test/mixed")]
    public async Task A_stream_that_breaks_is_gone_on_with_by_another_endpoint_in_the_same_block(string model)
    {
        await UseNativeAsync();
        _gateway.Alpha.On("pair", Answer.Stream(Wire.Role(), Wire.Text("Hello ")).Then(new Step.Cut()));
        _gateway.Beta.On("pair", Answer.Text(["Hello ", "there"])); // begins anew: what the caller has is left out
        _native.On("mixed", NativeBeginning("Hello "));
        _gateway.Alpha.On("mixed", Answer.Text(["Hello ", "there"]));

        var events = await StreamAsync(Body(model, fields: ",\"stream\":true,\"rescue\":\"continue\",\"provider\":{\"order\":[\"native\",\"alpha\",\"beta\"]}"));

        Assert.Equal("Hello there", (string)Assert.Single(Lifecycle.Gather(events))!["text"]!);
        Assert.Equal("end_turn", (string)events[^2]["delta"]!["stop_reason"]!);
    }

    [Theory]
    [InlineData("length", "max_tokens")]
    [InlineData("content_filter", "refusal")]
    [InlineData("stop", "end_turn")]
    public async Task An_answer_says_in_Anthropics_words_why_it_ended(string finish, string reason)
    {
        _gateway.Alpha.On("plain", Answer.Json(Wire.Whole("Hel", finishReason: finish)));

        var reply = await AskAsync(Body());

        Assert.Equal(reason, (string)reply.Json["stop_reason"]!);
    }

    private static Answer NativeBeginning(string text) => Answer.Stream(
        Framed("""{"type":"message_start","message":{"id":"msg_up","type":"message","role":"assistant","model":"native","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}"""),
        Framed("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
        Framed($$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}""")).Then(new Step.Cut());

    private static Answer NativeStream(params string[] events) => Answer.Stream([
        Framed("""{"type":"message_start","message":{"id":"msg_up","type":"message","role":"assistant","model":"native","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}"""),
        Framed("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
        .. events.Select(Framed),
        Framed("""{"type":"content_block_stop","index":0}"""),
        Framed("""{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}"""),
        Framed("""{"type":"message_stop"}"""),
    ]);

    private static string Framed(string json) => $"event: {JsonNode.Parse(json)!["type"]}\ndata: {json}\n\n";

    private static string Type(JsonNode read) => (string)read["type"]!;

    private async Task<string> TextAsync(string body)
    {
        using var response = await _gateway.Client.SendAsync(_gateway.Client.Request(HttpMethod.Post, Path, body));
        return await response.Content.ReadAsStringAsync(Deadline.Token());
    }

    private async Task<List<JsonNode>> StreamAsync(string body) =>
        [.. (await TextAsync(body)).Split('\n').Where(static l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(static l => JsonNode.Parse(l[6..])!)];
}
