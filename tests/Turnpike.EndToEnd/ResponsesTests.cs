using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary><c>POST /responses</c> in front of a chat provider and in front of one of its own dialect; and chat in front of the latter.</summary>
public sealed class ResponsesTests : IAsyncLifetime
{
    private const string Path = "/api/v1/responses";
    private const string Native = "test/native";
    private const string Usage = """{"input_tokens":10,"input_tokens_details":{"cached_tokens":0},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":15}""";

    private const string NativeWhole =
        $$"""{"id":"resp_up","object":"response","status":"completed","model":"native","unforeseen":{"a": 1.50},"output":[{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hé","annotations":[]}]}],"usage":{{Usage}}}""";

    private readonly ScriptedProvider _native = ScriptedProvider.Start();
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(config => config
        .Provider("native", _native.BaseUrl, ("dialect", "openai-responses"))
        .Endpoint("native", Native));

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _native.DisposeAsync();
    }

    private static string Body(string model = GatewayHarness.Plain, string input = "\"Hello\"", string fields = "") =>
        $$"""{"model":"{{model}}","input":{{input}}{{fields}}}""";

    private Task<Reply> AskAsync(string body) => _gateway.Client.PostAsync(Path, body);

    [Fact]
    public async Task The_tokens_of_an_input_are_counted_where_somebody_could_answer_it()
    {
        Task<Reply> CountAsync(string model, string more = "") => _gateway.Client.PostAsync(
            "/api/v1/responses/input_tokens", $$"""{"model":"{{model}}","input":"{{new string('a', 400)}}","instructions":"Be short."{{more}}}""");

        var counted = await CountAsync(GatewayHarness.Plain);
        var wrong = await CountAsync(GatewayHarness.Plain, ",\"previous_response_id\":\"gen-1\"");

        Assert.Equal((200, "response.input_tokens"), (counted.Status, (string)counted.Json["object"]!));
        Assert.InRange((int)counted.Json["input_tokens"]!, 80, 200);
        Assert.Equal((400, "previous_response_id"), (wrong.Status, (string)wrong.Json["error"]!["param"]!));
        Assert.Equal(404, (await CountAsync("test/nobody")).Status);
        Assert.Equal(401, (await new GatewayClient(_gateway.Address, null).PostAsync("/api/v1/responses/input_tokens", "{}")).Status);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Fact]
    public async Task A_chat_provider_answers_a_response()
    {
        var reply = await AskAsync(Body(fields: ""","instructions":"Be short.","max_output_tokens":50,"temperature":0.5,"metadata":{"a":"b"}"""));

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(("response", "completed", "b"), ((string)reply.Json["object"]!, (string)reply.Json["status"]!, (string)reply.Json["metadata"]!["a"]!));
        Assert.Equal("Hello there", (string)reply.Json["output"]![0]!["content"]![0]!["text"]!);
        Assert.True(reply.CostNano > 0);
        Assert.Equal((int)reply.Usage!["total_tokens"]!, (int)reply.Usage["input_tokens"]! + (int)reply.Usage["output_tokens"]!);
        var sent = Assert.Single(_gateway.Alpha.Exchanges).Json;
        Assert.Equal(["system", "user"], sent["messages"]!.AsArray().Select(static m => (string)m!["role"]!));
        Assert.Equal(0.5, (double)sent["temperature"]!);
    }

    // The halves of a pair, cut apart: the answer is charged, so it must be told.
    [Theory]
    [InlineData(Path, """{"content":"ok","reasoning_content":"a\ud83d"}""", "\"text\":\"ok\"")]
    [InlineData("/api/v1/messages", """{"content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":\"\ud83d\"}"}}]}""", "{\"a\":\"\uFFFD\"}")]
    [InlineData(Path, """{"content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"input\":\"\\ud83d\"}"}}]}""", "custom_tool_call")]
    public async Task An_answer_with_half_a_character_is_told(string address, string message, string expected)
    {
        _gateway.Alpha.Otherwise(_ => Answer.Json($$"""{"id":"c","choices":[{"index":0,"message":{{message}},"finish_reason":"stop"}],"usage":{{Wire.UsageJson(3, 2)}}}"""));

        var reply = await _gateway.Client.PostAsync(address, $$"""{"model":"{{GatewayHarness.Plain}}","max_tokens":50,"input":"Hello","messages":[{"role":"user","content":"Hello"}],"tools":[{"type":"custom","name":"f"}],{{GatewayHarness.AlphaFirst}}}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Contains(expected, reply.Text, StringComparison.Ordinal);
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
            Wire.Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}"""),
            Wire.Delta("""{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"g","arguments":"{}"}}]}"""),
            Wire.Finish("tool_calls"),
            Wire.Usage(10, 5),
            Wire.Done));

        var events = await StreamAsync(Body(fields: ",\"stream\":true"));

        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(static e => (int)e["sequence_number"]!));
        Assert.Equal(["response.created", "response.in_progress"], events.Take(2).Select(Type));
        Assert.Equal("response.completed", Type(events[^1]));
        Assert.Equal([0, 1, 2, 3], Indexes(events, "response.output_item.added"));
        Assert.Equal([0, 1, 2, 3], Indexes(events, "response.output_item.done"));
        Assert.Equal("Hello", Joined(events, "response.output_text.delta"));
        Assert.Equal("{\"a\":1}{}", Joined(events, "response.function_call_arguments.delta"));
        var output = events[^1]["response"]!["output"]!.AsArray();
        Assert.Equal(["reasoning", "message", "function_call", "function_call"], output.Select(static i => (string)i!["type"]!));
        Assert.Equal(output.Select(static i => i!.ToJsonString()), events.Where(static e => Type(e) == "response.output_item.done").Select(static e => e["item"]!.ToJsonString()));
        Assert.NotNull(events[^1]["response"]!["usage"]!["cost"]);
    }

    // As OpenAI's own client sends the body of its streams.
    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task What_was_asked_in_several_lines_is_told_in_one(string lineEnd)
    {
        var fields = ""","stream":true,"metadata":{|"a":|"b"},"tools":[|{"type":"function",|"name":"f","parameters":{|"type":"object"}}],"text":{"format":{|"type":"json_object"}}""";

        var reply = await _gateway.Client.StreamAtAsync(Path, Body(fields: fields.Replace("|", lineEnd, StringComparison.Ordinal)));

        Assert.Equal("f", (string)reply.Chunks[0]["response"]!["tools"]![0]!["name"]!);
        Assert.Equal("response.completed", (string)reply.Chunks[^1]["type"]!);
    }

    [Fact]
    public async Task What_a_model_thought_comes_back_to_it_byte_for_byte_and_in_place()
    {
        _gateway.Alpha.On("plain", Answer.Json(
            """{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"reasoning_details":[{"type":"reasoning.text","text":"hé\n","signature":"si+g/==","format":"anthropic-claude-v1","index":0}],"tool_calls":[{"id":"call_a","type":"function","function":{"name":"f","arguments":"{}"}}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""));
        var first = await AskAsync(Body());
        var items = first.Json["output"]!.AsArray().Select(static i => i!.ToJsonString());

        await AskAsync(Body(input: $$"""[{"role":"user","content":"Hello"},{{string.Join(',', items)}},{"type":"function_call_output","call_id":"call_a","output":"42"}]"""));

        var messages = _gateway.Alpha.Exchanges[1].Json["messages"]!;
        var detail = messages[1]!["reasoning_details"]![0]!;
        Assert.Equal(("hé\n", "si+g/==", "anthropic-claude-v1"), ((string)detail["text"]!, (string)detail["signature"]!, (string)detail["format"]!));
        Assert.Equal("call_a", (string)messages[1]!["tool_calls"]![0]!["id"]!);
        Assert.Equal(("tool", "42"), ((string)messages[2]!["role"]!, (string)messages[2]!["content"]!));
    }

    [Fact]
    public async Task Thoughts_are_told_as_a_summary_to_who_asks_for_one_and_stay_what_they_were()
    {
        _gateway.Alpha.On("plain", Answer.Json(
            """{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hi","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"si+g","format":"anthropic-claude-v1","index":0}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""));
        var first = await AskAsync(Body(fields: ",\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"}"));
        var thought = first.Json["output"]![0]!;

        await AskAsync(Body(input: $$"""[{"role":"user","content":"Hello"},{{thought.ToJsonString()}},{"role":"user","content":"and?"}]"""));

        Assert.Equal("""[{"type":"summary_text","text":"hm"}]""", thought["summary"]!.ToJsonString());
        Assert.Null(thought["content"]);
        var detail = _gateway.Alpha.Exchanges[1].Json["messages"]![1]!["reasoning_details"]![0]!;
        Assert.Equal(("reasoning.text", "hm", "si+g"), ((string)detail["type"]!, (string)detail["text"]!, (string)detail["signature"]!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tool_that_is_called_with_a_text_is_a_function_to_others_and_is_called_with_its_text(bool isStream)
    {
        const string tools = ""","tools":[{"type":"custom","name":"patch","description":"Edits.","format":{"type":"grammar","syntax":"lark","definition":"start: x"}}]""";
        const string arguments = """{\"input\":\"*** \\\"a\\\"\\nb\"}""";
        _gateway.Alpha.On("plain", isStream
            ? Answer.Stream(Wire.Role(), Wire.Delta($$$"""{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"patch","arguments":"{{{arguments}}}"}}]}"""), Wire.Finish("tool_calls"), Wire.Usage(1, 1), Wire.Done)
            : Answer.Json($$$$"""{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function","function":{"name":"patch","arguments":"{{{{arguments}}}}"}}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""));
        var events = isStream ? await StreamAsync(Body(fields: tools + ",\"stream\":true")) : [];
        var call = isStream ? events[^1]["response"]!["output"]![0]! : (await AskAsync(Body(fields: tools))).Json["output"]![0]!;

        await AskAsync(Body(input: $$"""[{"role":"user","content":"Hello"},{{call.ToJsonString()}},{"type":"custom_tool_call_output","call_id":"call_a","output":"done"}]""", fields: tools));

        Assert.Equal(("custom_tool_call", "patch", "*** \"a\"\nb"), ((string)call["type"]!, (string)call["name"]!, (string)call["input"]!));
        Assert.Equal(isStream ? ["*** \"a\"\nb"] : [], events.Where(static e => Type(e) == "response.custom_tool_call_input.done").Select(static e => (string)e["input"]!));
        var function = _gateway.Alpha.Exchanges[0].Json["tools"]![0]!["function"]!;
        Assert.Equal(["input"], function["parameters"]!["properties"]!.AsObject().Select(static p => p.Key));
        Assert.Contains("start: x", (string)function["description"]!, StringComparison.Ordinal);
        var messages = _gateway.Alpha.Exchanges[1].Json["messages"]!;
        Assert.Equal("""{"input":"*** \"a\"\nb"}""", (string)messages[1]!["tool_calls"]![0]!["function"]!["arguments"]!);
        Assert.Equal(("tool", "done"), ((string)messages[2]!["role"]!, (string)messages[2]!["content"]!));
    }

    [Fact]
    public async Task A_tool_that_is_called_with_a_text_is_said_to_its_own_dialect_as_it_came_though_the_rest_is_said_anew()
    {
        const string tool = """{"type":"custom","name":"patch","format":{"type":"text"}}""";
        _native.On("native", Answer.Json(
            """{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"native","output":[{"type":"custom_tool_call","id":"ctc_1","call_id":"c2","name":"patch","input":"b\n"}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}"""));
        const string thought = "tpk1.e30"; // of nobody: it makes the items be written anew

        var reply = await AskAsync(Body(
            Native,
            $$"""[{"type":"reasoning","summary":[],"encrypted_content":"{{thought}}"},{"type":"custom_tool_call","call_id":"c1","name":"patch","input":"a"},{"type":"custom_tool_call_output","call_id":"c1","output":"done"}]""",
            $$""","tools":[{{tool}}],"tool_choice":{"type":"custom","name":"patch"}"""));

        var sent = Assert.Single(_native.Exchanges).Json;
        Assert.Equal((tool, """{"type":"custom","name":"patch"}"""), (sent["tools"]![0]!.ToJsonString(), sent["tool_choice"]!.ToJsonString()));
        Assert.Equal(("custom_tool_call", "a", "custom_tool_call_output"), ((string)sent["input"]!.AsArray()[^2]!["type"]!, (string)sent["input"]!.AsArray()[^2]!["input"]!, (string)sent["input"]!.AsArray()[^1]!["type"]!));
        Assert.Equal(("custom_tool_call", "b\n"), ((string)reply.Json["output"]![0]!["type"]!, (string)reply.Json["output"]![0]!["input"]!));
    }

    [Fact]
    public async Task Thoughts_that_a_client_joined_into_one_item_are_told_apart()
    {
        _gateway.Alpha.On("plain", Answer.Json(
            """{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hi","reasoning_details":[{"type":"reasoning.text","text":"hm","format":"google-gemini-v1","index":0},{"type":"reasoning.encrypted","data":"sig","id":"c","format":"google-gemini-v1","index":1}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""));
        var first = await AskAsync(Body());
        var joined = string.Concat(first.Json["output"]!.AsArray().Select(static i => (string?)i!["encrypted_content"]));

        await AskAsync(Body(input: $$"""[{"type":"reasoning","id":"r","summary":[],"encrypted_content":"{{joined}}"},{"role":"user","content":"and?"}]"""));

        var details = _gateway.Alpha.Exchanges[1].Json["messages"]![0]!["reasoning_details"]!;
        Assert.Equal(("hm", "sig"), ((string)details[0]!["text"]!, (string)details[1]!["data"]!));
    }

    [Theory]
    [InlineData("""[{"role":"user","content":[{"type":"input_text","text":"Hello","cache_control":{"type":"ephemeral"}}]}]""", "")]
    [InlineData("\"Hello\"", ",\"cache_control\":{\"type\":\"ephemeral\"}")]
    public async Task A_mark_for_a_cache_does_not_reach_a_provider_that_would_refuse_it(string input, string fields)
    {
        _native.On("native", Answer.Json(NativeWhole));

        var reply = await AskAsync(Body(Native, input, fields));

        Assert.True(reply.Status == 200, reply.Text);
        Assert.DoesNotContain("cache_control", _native.Exchanges.Single().BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_as_chat_says_it_is_told_as_OpenAI_takes_it_here()
    {
        _native.On("native", Answer.Json(NativeWhole));

        var reply = await AskAsync(Body(Native, """[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}]"""));

        Assert.True(reply.Status == 200, reply.Text);
        var part = _native.Exchanges.Single().Json["input"]![0]!["content"]![0]!;
        Assert.Equal(("input_image", "data:image/png;base64,iVBORw0KGgo="), ((string?)part["type"], (string?)part["image_url"]));
    }

    [Fact]
    public async Task A_provider_of_the_dialect_gets_and_gives_the_same_bytes()
    {
        _native.On("native", Answer.Json(NativeWhole));

        var reply = await AskAsync(Body(Native, fields: ""","unforeseen":{"x": 1.0},"provider":{"order":["native"]}"""));

        Assert.True(reply.Status == 200, reply.Text);
        var id = (string)reply.Json["id"]!;
        Assert.StartsWith("gen-", id, StringComparison.Ordinal);
        var ours = NativeWhole.Replace("resp_up", id, StringComparison.Ordinal).Replace("\"model\":\"native\"", "\"model\":\"test/native\"", StringComparison.Ordinal);
        Assert.StartsWith(ours[..^2], reply.Text, StringComparison.Ordinal);
        Assert.Equal(20_000, reply.CostNano);
        var sent = Assert.Single(_native.Exchanges);
        Assert.Equal("/v1/responses", sent.Path);
        Assert.EndsWith(""""model":"native","input":"Hello","unforeseen":{"x": 1.0}}"""", sent.BodyText, StringComparison.Ordinal);
        Assert.False((bool)sent.Json["store"]!);
    }

    [Theory]
    [InlineData(GatewayHarness.Plain, false)]
    [InlineData(GatewayHarness.Plain, true)]
    [InlineData(Native, false)]
    [InlineData(Native, true)]
    public async Task Every_member_that_clients_types_want_stands_in_a_response(string model, bool stream)
    {
        _native.On("native", request => request.IsStream ? NativeStream("""{"type":"response.output_text.delta","sequence_number":2,"item_id":"m","output_index":0,"content_index":0,"delta":"x"}""") : Answer.Json(NativeWhole));
        JsonObject response;
        if (stream)
        {
            var events = await _gateway.Client.StreamAtAsync(Path, Body(model, fields: ""","stream":true"""));
            response = events.Chunks.Last(static e => Type(e) == "response.completed")["response"]!.AsObject();
        }
        else
        {
            response = (await AskAsync(Body(model))).Json.AsObject();
        }

        foreach (var name in (string[])["completed_at", "error", "frequency_penalty", "incomplete_details", "instructions", "metadata", "parallel_tool_calls", "presence_penalty", "store", "temperature", "tool_choice", "tools", "top_p"])
        {
            Assert.True(response.ContainsKey(name), name);
        }

        Assert.False((bool)response["store"]!); // else Microsoft's client goes on with its id alone
        if (model == GatewayHarness.Plain)
        {
            Assert.True((long)response["completed_at"]! >= (long)response["created_at"]!);
            Assert.Equal(0, (int)response["usage"]!["input_tokens_details"]!["cache_write_tokens"]!);
            Assert.Equal((1, 1, 0, 0, 0), ((int)response["temperature"]!, (int)response["top_p"]!, (int)response["presence_penalty"]!, (int)response["frequency_penalty"]!, (int)response["top_logprobs"]!));
            Assert.Equal(("text", "disabled", "default"), ((string)response["text"]!["format"]!["type"]!, (string)response["truncation"]!, (string)response["service_tier"]!));
            foreach (var name in (string[])["reasoning", "prompt_cache_key", "max_tool_calls", "safety_identifier"])
            {
                Assert.True(response.ContainsKey(name), name);
            }
        }
    }

    [Fact]
    public async Task A_response_tells_the_tools_with_a_null_for_what_was_not_said()
    {
        var reply = await AskAsync(Body(fields: ""","tools":[{"type":"function","name":"f","parameters":{"type":"object"}}]"""));

        var tool = Assert.Single(reply.Json["tools"]!.AsArray())!.AsObject();
        Assert.True(tool.ContainsKey("description") && tool["description"] is null, reply.Text);
        Assert.False(_gateway.Alpha.Exchanges.Single().Json["tools"]![0]!["function"]!.AsObject().ContainsKey("description"));
    }

    [Fact]
    public async Task A_caller_that_leaves_behind_a_call_and_before_the_end_pays_for_what_was_seen()
    {
        _native.On("native", Answer.Stream(
            Framed("""{"type":"response.created","sequence_number":0,"response":{"id":"resp_up","object":"response","status":"in_progress","output":[]}}"""),
            Framed("""{"type":"response.output_item.done","sequence_number":1,"output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"c1","name":"look_up","arguments":"{\"city\":\"Bern\"}"}}""")).Then(new Step.Stall()));
        using var raw = await RawClient.ConnectAsync(_gateway.Address);
        await raw.PostAsync(Path, Body(Native, fields: ",\"stream\":true"), _gateway.Key);
        var id = (await raw.ReadHeadAsync())["X-Generation-Id"]!;
        await raw.ReadChunkAsync();

        raw.Abort();

        var record = await _gateway.GenerationAsync(id);
        Assert.Equal(("observed", true), ((string)record["billing_basis"]!, (bool)record["cancelled"]!));
        Assert.True((int)record["native_tokens_completion"]! > 0 && (decimal)record["total_cost"]! > 0, record.ToJsonString());
    }

    [Theory]
    [InlineData("on_demand", "default")]
    [InlineData("flex", "flex")]
    public async Task A_tier_that_clients_types_do_not_know_is_told_as_the_usual_one(string tier, string told)
    {
        _gateway.Alpha.On("plain", Answer.Json(Wire.Whole("Hello").Replace("{\"id\"", $"{{\"service_tier\":\"{tier}\",\"id\"", StringComparison.Ordinal)));

        var reply = await AskAsync(Body());

        Assert.Equal(told, (string?)reply.Json["service_tier"]);
        Assert.Equal(tier, (string?)(await _gateway.GenerationAsync((string)reply.Json["id"]!))["service_tier"]);
    }

    [Fact]
    public async Task Events_of_a_provider_of_the_dialect_keep_their_bytes()
    {
        const string delta = """{"type":"response.output_text.delta","sequence_number":2,"item_id":"m","output_index":0,"content_index":0,"delta":"H\u00e9", "extra":[1 ,2]}""";
        _native.On("native", NativeStream(delta));

        var text = await TextAsync(Body(Native, fields: ",\"stream\":true"));

        Assert.Contains($"event: response.output_text.delta\ndata: {delta}\n\n", text, StringComparison.Ordinal);
        Assert.Contains("event: response.completed\n", text, StringComparison.Ordinal);
        Assert.Contains("\"cost\":0.00002", text, StringComparison.Ordinal);
        Assert.DoesNotContain("resp_up", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chat_caller_is_served_by_a_provider_of_the_dialect()
    {
        const string delta = """{"type":"response.output_text.delta","sequence_number":2,"item_id":"m","output_index":0,"content_index":0,"delta":"Hé"}""";
        _native.On("native", request => request.IsStream ? NativeStream(delta) : Answer.Json(NativeWhole));

        var stream = await _gateway.Client.AskStreamAsync(Native);
        var whole = await _gateway.Client.AskAsync(Native);

        Assert.Equal(("Hé", "stop", 20_000L), (stream.Content, stream.FinishReason, stream.CostNano));
        Assert.Equal(("Hé", 20_000L), (whole.Content, whole.CostNano));
    }

    [Theory]
    [InlineData("\"previous_response_id\":\"resp_1\"", "previous_response_id")]
    [InlineData("\"background\":true", "background")]
    [InlineData("\"conversation\":\"conv_1\"", "conversation")]
    [InlineData("\"store\":\"yes\"", "store")]
    [InlineData("\"max_output_tokens\":\"many\"", "max_output_tokens")]
    public async Task What_cannot_be_had_is_refused_in_the_words_of_the_API(string field, string name)
    {
        var reply = await AskAsync(Body(fields: "," + field));

        Assert.Equal(400, reply.Status);
        Assert.Equal(("invalid_prompt", name), ((string)reply.Json["error"]!["code"]!, (string)reply.Json["error"]!["param"]!));
        Assert.Contains(name, reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(_gateway.Alpha.Exchanges);
    }

    [Theory]
    [InlineData("[{\"type\":\"function_call\",\"name\":\"f\"}]", "input[0].call_id")]
    [InlineData("[{\"role\":\"robot\",\"content\":\"x\"}]", "input[0].role")]
    [InlineData("[{\"role\":\"user\",\"content\":[5]}]", "input[0].content[0]")]
    public async Task A_broken_item_is_named(string input, string name)
    {
        var reply = await AskAsync(Body(input: input));

        Assert.Equal(400, reply.Status);
        Assert.Contains(name, reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai-chat")]
    [InlineData("ollama")]
    [InlineData("cohere-v2")]
    public async Task A_turn_of_which_the_provider_can_be_told_nothing_is_no_empty_turn(string dialect)
    {
        await using var gateway = await GatewayHarness.StartAsync(providerFields: new JsonObject { ["dialect"] = dialect });

        await gateway.Client.PostAsync(Path, Body(input: """[{"type":"web_search_call","id":"ws_1","status":"completed"},{"role":"user","content":"Hello"}]"""));

        Assert.Equal("""[{"role":"user","content":"Hello"}]""", gateway.Alpha.Exchanges[0].Json["messages"]!.ToJsonString());
    }

    [Fact]
    public async Task A_key_that_nobody_knows_is_refused_in_the_words_of_the_API()
    {
        var reply = await new GatewayClient(_gateway.Address, "sk-or-v1-wrong").PostAsync(Path, Body());

        Assert.Equal((401, "invalid_api_key"), (reply.Status, (string)reply.Json["error"]!["code"]!));
    }

    [Theory]
    [InlineData(GatewayHarness.Plain)]
    [InlineData(Native)]
    public async Task A_stream_that_is_cut_ends_as_failed(string model)
    {
        _gateway.Alpha.On("plain", Answer.Stream(Wire.Role(), Wire.Text("Hel")).Then(new Step.Cut()));
        _native.On("native", Answer.Stream(Framed("""{"type":"response.output_text.delta","sequence_number":0,"item_id":"m","output_index":0,"content_index":0,"delta":"Hel"}""")).Then(new Step.Cut()));

        var events = await StreamAsync(Body(model, fields: ",\"stream\":true,\"rescue\":\"off\""));

        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(static e => (int)e["sequence_number"]!));
        Assert.Equal("response.failed", Type(events[^1]));
        Assert.Equal(("failed", "server_error"), ((string)events[^1]["response"]!["status"]!, (string)events[^1]["response"]!["error"]!["code"]!));
        await _gateway.SettledAsync();
    }

    [Fact]
    public async Task A_stream_that_breaks_is_gone_on_with_by_another_endpoint_in_the_same_item()
    {
        _gateway.Alpha.On("pair", Answer.Stream(Wire.Role(), Wire.Text("Hello ")).Then(new Step.Cut()));
        _gateway.Beta.On("pair", Answer.Text(["Hello ", "there"])); // begins anew: what the caller has is left out

        var events = await StreamAsync(Body(GatewayHarness.Pair, fields: $",\"stream\":true,\"rescue\":\"continue\",{GatewayHarness.AlphaFirst}"));

        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(static e => (int)e["sequence_number"]!));
        Assert.Equal("response.completed", Type(events[^1]));
        Assert.Equal("Hello there", (string)Assert.Single(events[^1]["response"]!["output"]!.AsArray())!["content"]![0]!["text"]!);
    }

    [Theory]
    [InlineData("length", "max_output_tokens")]
    [InlineData("content_filter", "content_filter")]
    public async Task An_answer_that_is_not_whole_says_why(string finish, string reason)
    {
        _gateway.Alpha.On("plain", Answer.Json(Wire.Whole("Hel", finishReason: finish)));

        var reply = await AskAsync(Body());

        Assert.Equal(("incomplete", reason), ((string)reply.Json["status"]!, (string)reply.Json["incomplete_details"]!["reason"]!));
    }

    private static Answer NativeStream(string delta) => Answer.Stream(
        Framed("""{"type":"response.created","sequence_number":0,"response":{"id":"resp_up","status":"in_progress","model":"native","output":[]}}"""),
        Framed("""{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"m","type":"message","status":"in_progress","role":"assistant","content":[]}}"""),
        Framed(delta),
        Framed($$"""{"type":"response.completed","sequence_number":3,"response":{{NativeWhole}}}"""));

    private static string Framed(string json) => $"event: {JsonNode.Parse(json)!["type"]}\ndata: {json}\n\n";

    private static string Type(JsonNode read) => (string)read["type"]!;

    private static IEnumerable<int> Indexes(IEnumerable<JsonNode> events, string type) => events.Where(e => Type(e) == type).Select(static e => (int)e["output_index"]!);

    private static string Joined(IEnumerable<JsonNode> events, string type) => string.Concat(events.Where(e => Type(e) == type).Select(static e => (string)e["delta"]!));

    private async Task<string> TextAsync(string body)
    {
        using var response = await _gateway.Client.SendAsync(_gateway.Client.Request(HttpMethod.Post, Path, body));
        return await response.Content.ReadAsStringAsync(Deadline.Token());
    }

    private async Task<List<JsonNode>> StreamAsync(string body) =>
        [.. (await TextAsync(body)).Split('\n').Where(static l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(static l => JsonNode.Parse(l[6..])!)];
}
