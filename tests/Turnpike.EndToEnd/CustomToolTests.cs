using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>A chat caller's tools of type <c>custom</c>, which are called with a text, before providers that have them and before others.</summary>
public sealed class CustomToolTests
{
    private const string Patch = """{"type":"custom","custom":{"name":"patch","description":"Edits.","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"start: x"}}}}""";
    private const string Clock = """{"type":"function","function":{"name":"clock","parameters":{"type":"object","properties":{}}}}""";
    private const string Choice = """{"type":"custom","custom":{"name":"patch"}}""";
    private const string Fields = $"\"tools\":[{Patch},{Clock}],\"tool_choice\":{Choice}";
    private const string Input = "*** \"a\"\nb é 😀";
    private const string InputJson = """*** \"a\"\nb é \ud83d\ude00""";
    private const string Arguments = $$"""{"input":"{{InputJson}}"}""";

    private const string History = $$$"""
        {"model":"test/plain","messages":[{"role":"user","content":"Hello"},
         {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"custom","custom":{"name":"patch","input":"{{{InputJson}}}"}}]},
         {"role":"tool","tool_call_id":"c1","content":"done"}],{{{Fields}}},"top_k":5}
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_dialect_is_told_a_function_and_its_call_comes_back_with_the_text(bool isStream)
    {
        await using var gateway = await StartAsync(new() { ["dialect"] = "anthropic-messages" });
        gateway.Alpha.On("plain", e => e.IsStream
            ? Answer.Stream(
                Event("""{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"plain","content":[],"stop_reason":null,"usage":{"input_tokens":10,"output_tokens":1}}}"""),
                Event("""{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"patch","input":{}}}"""),
                Event(Piece(Arguments[..16])),
                Event(Piece(Arguments[16..])),
                Event("""{"type":"content_block_stop","index":0}"""),
                Event("""{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t2","name":"clock","input":{}}}"""),
                Event("""{"type":"content_block_stop","index":1}"""),
                Event("""{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":20}}"""),
                Event("""{"type":"message_stop"}"""))
            : Answer.Json($$$"""{"id":"msg_1","type":"message","role":"assistant","model":"plain","content":[{"type":"tool_use","id":"t1","name":"patch","input":{{{Arguments}}}},{"type":"tool_use","id":"t2","name":"clock","input":{}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":2}}"""));

        var (calls, order) = await CallsAsync(gateway, isStream);

        Assert.Equal([$"t1 custom patch {Input}", "t2 function clock {}"], calls);
        Assert.Equal(order.Order(), order);
        var tool = gateway.Alpha.Exchanges[0].Json["tools"]![0]!;
        Assert.Equal(["input"], tool["input_schema"]!["properties"]!.AsObject().Select(static p => p.Key));
        Assert.Contains("start: x", (string)tool["description"]!, StringComparison.Ordinal);
        Assert.Equal("patch", (string?)gateway.Alpha.Exchanges[0].Json["tool_choice"]!["name"]);
    }

    [Fact]
    public async Task A_history_of_them_is_one_of_functions_to_another_dialect()
    {
        await using var gateway = await StartAsync(new() { ["dialect"] = "anthropic-messages" });

        await gateway.Client.ChatAsync(History);

        var messages = gateway.Alpha.Exchanges[0].Json["messages"]!;
        Assert.Equal(("tool_use", Input), ((string?)messages[1]!["content"]![0]!["type"], (string?)messages[1]!["content"]![0]!["input"]!["input"]));
        Assert.Equal(("tool_result", "c1"), ((string?)messages[2]!["content"]![0]!["type"], (string?)messages[2]!["content"]![0]!["tool_use_id"]));
    }

    [Theory]
    [InlineData("""{"refusedParameters":["top_k"]}""", "custom", "input", Input)]
    [InlineData("""{"otherParameters":[]}""", "function", "arguments", null)]
    public async Task A_chat_provider_is_told_it_as_it_came_unless_it_refuses_what_it_does_not_know(string quirks, string type, string member, string? text)
    {
        await using var gateway = await StartAsync(new() { ["quirks"] = JsonNode.Parse(quirks) });

        await gateway.Client.ChatAsync(History);

        var sent = gateway.Alpha.Exchanges[0].Json;
        Assert.Equal([type, "function"], sent["tools"]!.AsArray().Select(static t => (string)t!["type"]!));
        Assert.Equal($$$"""{"type":"{{{type}}}","{{{type}}}":{"name":"patch"}}""", sent["tool_choice"]!.ToJsonString());
        var call = sent["messages"]![1]!["tool_calls"]![0]!;
        Assert.Equal((type, "patch"), ((string?)call["type"], (string?)call[type]!["name"]));
        Assert.Equal(text ?? Input, text is null ? (string?)JsonNode.Parse((string)call[type]![member]!)!["input"] : (string?)call[type]![member]);
    }

    [Theory]
    [InlineData(false, "", "tool_calls")]
    [InlineData(true, "", "tool_calls")]
    [InlineData(false, "", "stop")]
    [InlineData(true, "", "stop")]
    [InlineData(false, ",\"top_k\":5", "tool_calls")]
    [InlineData(true, ",\"top_k\":5", "stop")]
    public async Task A_call_that_a_chat_provider_itself_makes_with_a_text_is_told_so(bool isStream, string changed, string finish)
    {
        await using var gateway = await StartAsync(new() { ["quirks"] = JsonNode.Parse("""{"refusedParameters":["top_k"]}""") });
        gateway.Alpha.On("plain", isStream
            ? Answer.Stream(
                Wire.Role(),
                Wire.Delta("""{"tool_calls":[{"index":0,"id":"t1","type":"custom","custom":{"name":"patch","input":""}}]}"""),
                Wire.Delta($$$"""{"tool_calls":[{"index":0,"custom":{"input":"{{{InputJson[..^12]}}}"}}]}"""),
                Wire.Delta("""{"tool_calls":[{"index":1,"id":"t2","type":"function","function":{"name":"clock","arguments":"{}"}}]}"""),
                Wire.Delta($$$"""{"tool_calls":[{"index":0,"custom":{"input":"{{{InputJson[^12..]}}}"}}]}"""),
                Wire.Finish(finish),
                Wire.Usage(1, 1),
                Wire.Done)
            : Answer.Json($$$$"""{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"{{{{finish}}}}","message":{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"custom","custom":{"name":"patch","input":"{{{{InputJson}}}}"}},{"id":"t2","type":"function","function":{"name":"clock","arguments":"{}"}}]}}],"usage":{{{{Wire.UsageJson(1, 1)}}}}}"""));

        var (calls, _) = await CallsAsync(gateway, isStream, changed);

        Assert.Equal([$"t1 custom patch {Input}", "t2 function clock {}"], calls);
    }

    [Fact]
    public async Task One_whose_name_the_provider_would_refuse_is_told_as_a_function_of_another_name()
    {
        await using var gateway = await StartAsync(new() { ["quirks"] = JsonNode.Parse("""{"refusedParameters":["top_k"]}""") });
        gateway.Alpha.On("plain", Answer.Json($$$$"""{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"my_patch","arguments":"{\"input\":\"x\"}"}}]}}],"usage":{{{{Wire.UsageJson(1, 1)}}}}}"""));

        var reply = await gateway.Client.ChatAsync(History.Replace("\"patch\"", "\"my patch\"", StringComparison.Ordinal));

        Assert.Equal(["t1 custom my patch x"], Calls(reply.Json["choices"]![0]!["message"]!));
        var sent = gateway.Alpha.Exchanges[0].Json;
        Assert.Equal("my_patch", (string?)sent["tools"]![0]!["function"]!["name"]);
        Assert.Equal("my_patch", (string?)sent["tool_choice"]!["function"]!["name"]);
        Assert.Equal("my_patch", (string?)sent["messages"]![1]!["tool_calls"]![0]!["function"]!["name"]);
    }

    [Fact]
    public async Task The_Responses_API_has_such_tools_and_says_them_one_level_higher()
    {
        await using var gateway = await StartAsync(new() { ["dialect"] = "openai-responses" });
        gateway.Alpha.On("plain", Answer.Json(
            $$$"""{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"plain","output":[{"type":"custom_tool_call","id":"ctc_1","call_id":"t1","name":"patch","input":"{{{InputJson}}}"}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}"""));

        var reply = await gateway.Client.ChatAsync(History);

        Assert.Equal([$"t1 custom patch {Input}"], Calls(reply.Json["choices"]![0]!["message"]!));
        var sent = gateway.Alpha.Exchanges[0].Json;
        Assert.Equal("""{"type":"custom","name":"patch","description":"Edits.","format":{"type":"grammar","syntax":"lark","definition":"start: x"}}""", sent["tools"]![0]!.ToJsonString());
        Assert.Equal("""{"type":"custom","name":"patch"}""", sent["tool_choice"]!.ToJsonString());
        Assert.Equal(["custom_tool_call", "custom_tool_call_output"], sent["input"]!.AsArray().TakeLast(2).Select(static i => (string)i!["type"]!));
        Assert.Equal(Input, (string?)sent["input"]!.AsArray()[^2]!["input"]);
    }

    [Theory]
    [InlineData("""{"type":"custom","custom":{"description":"x"}}""", "[]", "tools[0].custom.name")]
    [InlineData(Patch, """[{"id":"c","type":"custom","custom":{"input":"x"}}]""", "messages[0].tool_calls[0].custom.name")]
    [InlineData(Patch, """[{"type":"custom","custom":{"name":"patch","input":"x"}}]""", "messages[0].tool_calls[0].id")]
    public async Task What_is_missing_is_named(string tool, string calls, string field)
    {
        await using var gateway = await StartAsync(new() { ["dialect"] = "anthropic-messages" });

        var reply = await gateway.Client.ChatAsync($$"""{"model":"test/plain","messages":[{"role":"assistant","content":"x","tool_calls":{{calls}}},{"role":"user","content":"x"}],"tools":[{{tool}}]}""");

        Assert.Equal(400, reply.Status);
        Assert.Contains(field, reply.ErrorMessage!, StringComparison.Ordinal);
    }

    // The calls, and which of them each piece of a stream was of.
    private static async Task<(IEnumerable<string> Calls, IEnumerable<int> Order)> CallsAsync(GatewayHarness gateway, bool isStream, string more = "")
    {
        if (!isStream)
        {
            return (Calls((await gateway.Client.AskAsync(GatewayHarness.Plain, Fields + more)).Json["choices"]![0]!["message"]!), []);
        }

        var stream = await gateway.Client.AskStreamAsync(GatewayHarness.Plain, Fields + more);
        Assert.Equal("tool_calls", stream.FinishReason);
        var pieces = stream.Chunks.SelectMany(static c => c["choices"]?.AsArray().FirstOrDefault()?["delta"]?["tool_calls"]?.AsArray() ?? []).OfType<JsonNode>().ToList();
        var calls = pieces.GroupBy(static p => (int)p["index"]!).Select(static call => Call(
            call.First(),
            string.Concat(call.Select(static p => (string?)p["custom"]?["input"] ?? (string?)p["function"]?["arguments"]))));
        return (calls, pieces.Select(static p => (int)p["index"]!));
    }

    private static IEnumerable<string> Calls(JsonNode message) =>
        message["tool_calls"]!.AsArray().Select(static c => Call(c!, (string?)c!["custom"]?["input"] ?? (string?)c["function"]!["arguments"]));

    private static string Call(JsonNode call, string? said) => $"{call["id"]} {call["type"]} {call[(string)call["type"]!]!["name"]} {said}";

    private static string Piece(string json) =>
        $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":{{{Wire.Quote(json)}}}}}""";

    private static Task<GatewayHarness> StartAsync(JsonObject provider) => GatewayHarness.StartAsync(providerFields: provider);

    private static string Event(string data) => $"event: {JsonNode.Parse(data)!["type"]}\ndata: {data}\n\n";
}
