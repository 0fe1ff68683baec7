using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>What providers of OpenAI's format do otherwise, as data: each deviation has its row.</summary>
public sealed class QuirkTests
{
    private const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";

    private const string Schema = "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"type\":\"object\"}}}";

    [Theory]
    [InlineData("""{"refusedParameters":["top_k"]}""", "\"top_k\":5,\"x_own\":1", "top_k", null, "top_k")]
    [InlineData("""{"refusedParameters":["top_k"]}""", "\"top_k\":5,\"x_own\":1", "x_own", "1", "top_k")]
    [InlineData("""{"otherParameters":["y_own"]}""", "\"x_own\":1,\"y_own\":2", "x_own", null, "x_own")]
    [InlineData("""{"otherParameters":["y_own"]}""", "\"y_own\":2,\"seed\":null", "y_own", "2", null)]
    [InlineData("""{"otherParameters":[],"refusedParameters":["service_tier"]}""", "\"service_tier\":\"flex\",\"user\":null", "service_tier", null, "service_tier")]
    [InlineData("""{"otherParameters":[]}""", "\"max_completion_tokens\":7", "max_tokens", "7", null)]
    [InlineData("""{"otherParameters":[]}""", Tools, "tools", "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]", null)]
    [InlineData("""{"renamedParameters":{"seed":"random_seed"}}""", "\"seed\":5", "random_seed", "5", null)]
    [InlineData("""{"renamedParameters":{"seed":"random_seed"}}""", "\"seed\":5", "seed", null, null)]
    [InlineData("""{"temperatureMax":1}""", "\"temperature\":1.5", "temperature", "1", null)]
    [InlineData("""{"stopsMax":1}""", "\"stop\":[\"a\",\"b\"]", "stop", "[\"a\"]", "stop")]
    [InlineData("""{"reasoningForm":"effort"}""", "\"reasoning\":{\"effort\":\"high\"}", "reasoning_effort", "\"high\"", null)]
    [InlineData("""{"reasoningForm":"effort"}""", "\"reasoning\":{\"effort\":\"high\"}", "reasoning", null, null)]
    [InlineData("""{"reasoningEfforts":["high","none"]}""", "\"reasoning\":{\"effort\":\"low\"}", "reasoning_effort", "\"high\"", null)]
    [InlineData("""{"reasoningEfforts":["high","none"]}""", "\"reasoning\":{\"enabled\":false}", "reasoning_effort", "\"none\"", null)]
    [InlineData("""{"reasoningForm":"object"}""", "\"reasoning\":{\"effort\":\"high\"}", "reasoning", "{\"effort\":\"high\"}", null)]
    [InlineData("""{"reasoningForm":"thinking"}""", "\"reasoning\":{\"max_tokens\":2048}", "thinking", "{\"type\":\"enabled\",\"budget_tokens\":2048}", null)]
    [InlineData("""{"reasoningForm":"thinking"}""", "\"reasoning\":{\"enabled\":false}", "thinking", "{\"type\":\"disabled\"}", null)]
    [InlineData("""{"reasoningForm":"enableThinking"}""", "\"reasoning\":{\"enabled\":true}", "enable_thinking", "true", null)]
    [InlineData("""{"reasoningForm":"templateKwargs"}""", "\"reasoning\":{\"enabled\":false}", "chat_template_kwargs", "{\"enable_thinking\":false}", null)]
    [InlineData("""{"reasoningForm":"enabledAndEffort","reasoningEfforts":["low","medium","high"]}""", "\"reasoning\":{\"effort\":\"xhigh\"}", "reasoning_effort", "\"high\"", null)]
    [InlineData("""{"reasoningForm":"enabledAndEffort"}""", "\"reasoning\":{\"effort\":\"low\"}", "reasoning", "{\"enabled\":true}", null)]
    [InlineData("""{"reasoningForm":"enabledAndEffort"}""", "\"reasoning\":{\"enabled\":true}", "reasoning_effort", null, null)]
    [InlineData("""{"reasoningForm":"enabledAndEffort"}""", "\"reasoning_effort\":\"none\"", "reasoning", "{\"enabled\":false}", null)]
    [InlineData("""{"reasoningForm":"none"}""", "\"reasoning_effort\":\"low\"", "reasoning_effort", null, "reasoning")]
    [InlineData("""{"jsonSchema":false}""", Schema, "response_format", "{\"type\":\"json_object\"}", null)]
    [InlineData("""{"refusedParameters":["parallel_tool_calls"]}""", Tools + ",\"parallel_tool_calls\":false", "parallel_tool_calls", null, "parallel_tool_calls")]
    public async Task A_parameter_is_said_as_the_provider_takes_it(string quirks, string fields, string field, string? value, string? dropped)
    {
        await using var gateway = await StartAsync(quirks);

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain, fields);

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(value, Assert.Single(gateway.Alpha.Exchanges).Json[field]?.ToJsonString());
        var record = await gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal(dropped is null ? [] : [dropped], record["dropped_parameters"]!.AsArray().Select(static d => (string)d!));
    }

    [Fact]
    public async Task A_request_without_any_of_it_passes_byte_for_byte()
    {
        await using var gateway = await StartAsync("""{"refusedParameters":["top_k"],"temperatureMax":1,"developerRole":false,"toolCallIdLength":9}""");

        await gateway.Client.ChatAsync("""{ "model" : "test/plain" ,"x":  [1, 2] ,"messages":[{"role":"user","content":"Hello"}] }""");

        Assert.Equal("""{ "model" : "plain" ,"x":  [1, 2] ,"messages":[{"role":"user","content":"Hello"}] }""", gateway.Alpha.Exchanges[0].BodyText);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_stay_with_their_choice_and_others_have_none(bool inStream)
    {
        const string Call = """{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}""";
        await using var gateway = await StartAsync("""{"temperatureMax":1}""");
        gateway.Alpha.Otherwise(_ => inStream
            ? Answer.Stream(
                "data: " + """{"choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[CALL]}},{"index":1,"delta":{"content":"b"}},{"index":2,"delta":{"content":"c"}}]}""".Replace("CALL", Call) + "\n\n",
                "data: " + """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"},{"index":1,"delta":{},"finish_reason":"stop"},{"index":2,"delta":{},"finish_reason":"stop"}]}""" + "\n\n",
                "data: [DONE]\n\n")
            : Answer.Json("""{"choices":[{"index":0,"message":{"content":null,"tool_calls":[CALL]},"finish_reason":"tool_calls"},{"index":1,"message":{"content":"b"},"finish_reason":"stop"},{"index":2,"message":{"content":"c"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":3}}""".Replace("CALL", Call)));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain, $"\"n\":3,\"temperature\":1.5,{Tools},\"stream\":{(inStream ? "true" : "false")}");

        Assert.True(reply.Status == 200, reply.Text);
        var events = inStream ? reply.Text.Split('\n').Where(static l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(static l => JsonNode.Parse(l[6..])!) : [reply.Json];
        var choices = events.SelectMany(static e => e["choices"]!.AsArray()).ToList();
        Assert.Equal([0], choices.Where(static c => (c!["message"] ?? c["delta"])!["tool_calls"] is not null).Select(static c => (int)c!["index"]!).Distinct());
        Assert.Equal("tool_calls stop stop", string.Join(' ', choices.Where(static c => c!["finish_reason"] is not null).OrderBy(static c => (int)c!["index"]!).Select(static c => c!["finish_reason"])));
    }

    [Theory]
    [InlineData("{}", "{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":\"data:application/pdf;base64,JVBERg==\"}}", "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklGRg==\",\"format\":\"wav\"}}", "{\"type\":\"refusal\",\"refusal\":\"no\"}")]
    [InlineData(
        """{"documentForm":"documentUrl","audioForm":"text","otherParameters":[]}""",
        "{\"type\":\"document_url\",\"document_url\":\"data:application/pdf;base64,JVBERg==\",\"document_name\":\"a.pdf\"}",
        "{\"type\":\"input_audio\",\"input_audio\":\"UklGRg==\"}",
        "{\"type\":\"text\",\"text\":\"no\"}")]
    public async Task Documents_recordings_and_refusals_stand_as_the_provider_has_them(string quirks, string document, string recording, string refusal)
    {
        await using var gateway = await StartAsync(quirks);

        await gateway.Client.ChatAsync("""
            {"model":"test/plain","plugins":[{"id":"file-parser","enabled":false}],"messages":[{"role":"assistant","content":[{"type":"refusal","refusal":"no"}]},{"role":"user","content":[
              {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}},{"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}]}]}
            """);

        var messages = gateway.Alpha.Exchanges[0].Json["messages"]!;
        Assert.Equal([document, recording], messages[1]!["content"]!.AsArray().Select(static p => p!.ToJsonString()));
        Assert.Equal(refusal, messages[0]!["content"]![0]!.ToJsonString());
    }

    [Fact]
    public async Task Documents_become_text_where_the_provider_takes_none()
    {
        const string body = """{"model":"test/plain","messages":[{"role":"user","content":[{"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,aGkgdGhlcmU="}}]}]}""";
        await using var gateway = await GatewayHarness.StartAsync(
            static c => c.Set("models", new JsonArray(new JsonObject { ["id"] = GatewayHarness.Plain, ["inputModalities"] = new JsonArray("text", "file") })),
            providerFields: new() { ["quirks"] = JsonNode.Parse("""{"documentForm":"none"}""") });

        await gateway.Client.ChatAsync(body);

        Assert.Contains("hi there", gateway.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_developer_is_the_system_where_nobody_knows_him()
    {
        await using var gateway = await StartAsync("""{"developerRole":false,"messageNames":false}""");

        await gateway.Client.ChatAsync("""{"model":"test/plain","messages":[{"role":"developer","content":"rules"},{"role":"user","name":"ann","content":"Hello"}]}""");

        Assert.Equal("""[{"role":"system","content":"rules"},{"role":"user","content":"ann: Hello"}]""", gateway.Alpha.Exchanges[0].Json["messages"]!.ToJsonString());
    }

    [Fact]
    public async Task Turns_stand_in_the_order_that_is_wanted()
    {
        await using var gateway = await StartAsync("""{"strictTurns":true}""");

        await gateway.Client.ChatAsync("""
            {"model":"test/plain","messages":[{"role":"system","content":"rules"},{"role":"user","content":"x"},{"role":"assistant","content":""},
              {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"c","content":"1"},{"role":"system","content":"be kind"},{"role":"user","content":"and?"}]}
            """);

        Assert.Equal(
            ["system rules", "user x", "assistant ", "tool 1", "assistant Done.", "user be kind", "user and?"],
            gateway.Alpha.Exchanges[0].Json["messages"]!.AsArray().Select(static m => $"{m!["role"]} {m["content"]}"));
    }

    [Fact]
    public async Task Ids_of_calls_get_the_length_that_is_wanted_and_still_fit_together()
    {
        await using var gateway = await StartAsync("""{"toolCallIdLength":9}""");

        await gateway.Client.ChatAsync("""
            {"model":"test/plain","messages":[{"role":"user","content":"x"},
              {"role":"assistant","content":null,"tool_calls":[{"id":"call_abcdefghijkl","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"AbCdEfGh9","type":"function","function":{"name":"f","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"call_abcdefghijkl","content":"1"},{"role":"tool","tool_call_id":"AbCdEfGh9","content":"2"}]}
            """);

        var messages = gateway.Alpha.Exchanges[0].Json["messages"]!.AsArray();
        var ids = messages[1]!["tool_calls"]!.AsArray().Select(static c => (string)c!["id"]!).ToList();
        Assert.Matches("^[a-z0-9]{9}$", ids[0]);
        Assert.Equal("AbCdEfGh9", ids[1]);
        Assert.Equal(ids, messages.Skip(2).Select(static m => (string)m!["tool_call_id"]!));
    }

    [Theory]
    [InlineData("prefix")]
    [InlineData("partial")]
    public async Task A_beginning_is_marked_as_one(string form)
    {
        await using var gateway = await StartAsync($$"""{"prefillForm":"{{form}}"}""");

        await gateway.Client.ChatAsync("""{"model":"test/plain","messages":[{"role":"user","content":"x"},{"role":"assistant","content":"It is"}]}""");

        Assert.True((bool)gateway.Alpha.Exchanges[0].Json["messages"]![1]![form]!);
    }

    [Fact]
    public async Task A_schema_stands_in_the_prompt_where_only_JSON_can_be_asked_for()
    {
        await using var gateway = await StartAsync("""{"jsonSchema":false}""");

        await gateway.Client.AskAsync(GatewayHarness.Plain, Schema);

        Assert.Contains("{\"type\":\"object\"}", (string)gateway.Alpha.Exchanges[0].Json["messages"]![0]!["content"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thoughts_go_back_where_a_provider_wants_them()
    {
        await using var gateway = await StartAsync("""{"reasoningHistory":"required"}""");

        await gateway.Client.ChatAsync("""
            {"model":"test/plain","messages":[{"role":"user","content":"x"},{"role":"assistant","content":null,"reasoning":"hm","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"1"}]}
            """);

        Assert.Equal("hm", (string)gateway.Alpha.Exchanges[0].Json["messages"]![1]!["reasoning_content"]!);
    }

    [Theory]
    [InlineData("{}", "hm")]
    [InlineData(null, null)]
    public async Task Thoughts_go_back_as_a_text_alone_where_nothing_else_is_taken_and_only_to_a_model_that_thinks(string? reasoning, string? thought)
    {
        await using var gateway = await StartAsync("""{"reasoningPlace":"reasoning","reasoningHistory":"text"}""", reasoning);

        await gateway.Client.ChatAsync("""
            {"model":"test/plain","messages":[{"role":"user","content":"x"},
              {"role":"assistant","content":"y","reasoning_content":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","format":"unknown"}]},{"role":"user","content":"z"}]}
            """);

        var turn = gateway.Alpha.Exchanges[0].Json["messages"]![1]!.AsObject();
        Assert.Equal(thought, (string?)turn["reasoning"]);
        Assert.DoesNotContain("reasoning_", turn.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("responses", "{}", "reasoning_content")]
    [InlineData("responses", """{"reasoningPlace":"reasoning"}""", "reasoning")]
    [InlineData("messages", "{}", "reasoning_content")]
    [InlineData("messages", """{"reasoningPlace":"reasoning"}""", "reasoning")]
    public async Task An_open_models_thought_comes_back_between_calls_from_callers_of_other_formats_too(string surface, string quirks, string field)
    {
        await using var gateway = await StartAsync(quirks);
        gateway.Alpha.On("plain", static _ => Answer.Json(Wire.Whole("", 1, 1, "tool_calls").Replace(
            "\"content\":\"\"",
            "\"content\":null,\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]",
            StringComparison.Ordinal)));
        Task<Reply> AskAsync(string history) => gateway.Client.PostAsync("/api/v1/" + surface, surface == "messages"
            ? $$"""{"model":"test/plain","max_tokens":50,"messages":[{"role":"user","content":"x"}{{history}}]}"""
            : $$"""{"model":"test/plain","input":[{"role":"user","content":"x"}{{history}}]}""");

        var first = (await AskAsync("")).Json;
        await AskAsync(surface == "messages"
            ? $$""",{"role":"assistant","content":{{first["content"]!.ToJsonString()}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"1"}]}"""
            : $$""",{{string.Join(',', first["output"]!.AsArray().Select(static i => i!.ToJsonString()))}},{"type":"function_call_output","call_id":"c","output":"1"}""");

        var turn = gateway.Alpha.Exchanges[1].Json["messages"]![1]!.AsObject();
        Assert.Equal(("hm", "c"), ((string?)turn[field], (string?)turn["tool_calls"]![0]!["id"]));
        Assert.Single(turn, static m => m.Key.StartsWith("reasoning", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}", " ")]
    [InlineData(null, null)]
    public async Task Calls_without_a_thought_get_an_empty_one_where_a_model_that_thinks_must_have_it_back(string? reasoning, string? thought)
    {
        await using var gateway = await StartAsync("""{"reasoningHistory":"required"}""", reasoning);

        await gateway.Client.ChatAsync("""
            {"model":"test/plain","messages":[{"role":"user","content":"x"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"c","content":"1"},{"role":"assistant","content":"y"},{"role":"user","content":"z"}]}
            """);

        var messages = gateway.Alpha.Exchanges[0].Json["messages"]!;
        Assert.Equal(thought, (string?)messages[1]!["reasoning_content"]);
        Assert.Null(messages[3]!["reasoning_content"]);
    }

    [Fact]
    public async Task Marks_for_caches_stay_here_where_they_are_refused()
    {
        const string body = """{"model":"test/plain","cache_control":{"type":"ephemeral"},"messages":[{"role":"user","content":[{"type":"text","text":"Hello","cache_control":{"type":"ephemeral"}}]}]}""";
        await using var strict = await StartAsync("""{"cacheMarks":false}""");
        await using var open = await StartAsync("{}");

        await strict.Client.ChatAsync(body);
        await open.Client.ChatAsync(body);

        Assert.DoesNotContain("cache_control", strict.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
        Assert.Equal(2, open.Alpha.Exchanges[0].BodyText.Split("cache_control").Length - 1);
    }

    [Fact]
    public async Task Thoughts_stay_here_where_they_are_refused()
    {
        const string body = """
            {"model":"test/plain","messages":[{"role":"user","content":"x"},
              {"role":"assistant","content":"y","reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","format":"unknown"}]},{"role":"user","content":"z"}]}
            """;
        await using var strict = await StartAsync("""{"reasoningHistory":"refused"}""");
        await using var open = await StartAsync("{}");

        await strict.Client.ChatAsync(body);
        await open.Client.ChatAsync(body);

        Assert.DoesNotContain("reasoning", strict.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
        Assert.Equal("y", (string)strict.Alpha.Exchanges[0].Json["messages"]![1]!["content"]!);
        Assert.Contains("reasoning_details", open.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Functions_become_the_tools_that_every_host_knows()
    {
        await using var gateway = await StartAsync("{}");
        gateway.Alpha.On("plain", static _ => Answer.Json(Wire.Whole("", 1, 1, "tool_calls").Replace(
            "\"content\":\"\"", "\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]", StringComparison.Ordinal)));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain, "\"functions\":[{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}],\"function_call\":{\"name\":\"f\"}");

        var sent = gateway.Alpha.Exchanges[0].Json;
        Assert.Equal("f", (string)sent["tools"]![0]!["function"]!["name"]!);
        Assert.Equal("f", (string)sent["tool_choice"]!["function"]!["name"]!);
        Assert.Null(sent["functions"]);
        Assert.Equal("f", (string)reply.Json["choices"]![0]!["message"]!["function_call"]!["name"]!);
        Assert.Equal("function_call", (string)reply.Json["choices"]![0]!["finish_reason"]!);
    }

    private static Task<GatewayHarness> StartAsync(string quirks, string? reasoning = null) => GatewayHarness.StartAsync(
        c => c.Set("models", new JsonArray(new JsonObject { ["id"] = GatewayHarness.Plain, ["reasoning"] = reasoning is null ? null : JsonNode.Parse(reasoning) })),
        providerFields: new() { ["quirks"] = JsonNode.Parse(quirks) });
}
