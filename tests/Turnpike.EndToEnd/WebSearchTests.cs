using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Searches of the web that the provider makes: each has its price, beside the tokens.</summary>
public sealed class WebSearchTests
{
    private const long Tokens = (100 * 1000) + (10 * 2000);
    private const long Search = 10_000_000;

    private const string Message =
        """{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"It rains."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":100,"output_tokens":10,"server_tool_use":{"web_search_requests":2}}}""";

    private static readonly string[] MessageEvents =
    [
        Event("""{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":7,"output_tokens":1,"server_tool_use":{"web_search_requests":0}}}}"""),
        Event("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
        Event("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"It rains."}}"""),
        Event("""{"type":"content_block_stop","index":0}"""),
        Event("""{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":100,"output_tokens":10,"server_tool_use":{"web_search_requests":2}}}"""),
        Event("""{"type":"message_stop"}"""),
    ];

    private const string Items =
        """{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"rain"}},{"type":"web_search_call","id":"ws_2","status":"completed","action":{"type":"open_page","url":"https://rain.example"}},{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"It rains.","annotations":[]}]}""";

    private const string Response =
        $$"""{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"m","output":[{{Items}}],"usage":{"input_tokens":100,"output_tokens":10,"total_tokens":110} }""";

    private static string Event(string data) => $"event: {JsonNode.Parse(data)!["type"]}\ndata: {data}\n\n";

    private static Task<GatewayHarness> StartAsync(string dialect, Action<GatewayConfig>? more = null) => GatewayHarness.StartAsync(c =>
    {
        c.Endpoint("alpha", "test/searching", fields:
        [
            ("dialect", dialect), ("prices", new JsonObject { ["prompt"] = 1, ["completion"] = 2, ["webSearch"] = 0.01 }),
        ]);
        more?.Invoke(c);
    });

    private static async Task AssertChargedAsync(GatewayHarness gateway, long searches)
    {
        await gateway.SettledAsync();
        Assert.Equal(5_000_000_000 - Tokens - (searches * Search), gateway.Available);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Searches_that_a_message_counts_are_charged(bool stream)
    {
        await using var gateway = await StartAsync("anthropic-messages");
        gateway.Alpha.On("searching", stream ? Answer.Stream(MessageEvents) : Answer.Json(Message));

        var reply = await gateway.Client.PostAsync(
            "/api/v1/messages",
            $$"""{"model":"test/searching","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"tools":[{"type":"web_search_20250305","name":"web_search"}],"messages":[{"role":"user","content":"Rain?"}]}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Contains("\"cost\":0.02012", reply.Text, StringComparison.Ordinal);
        await AssertChargedAsync(gateway, searches: 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Searches_among_the_items_of_a_response_are_charged_and_opened_pages_are_not(bool stream)
    {
        await using var gateway = await StartAsync("openai-responses");
        var items = JsonNode.Parse($"[{Items}]")!.AsArray();
        gateway.Alpha.On("searching", stream
            ? Answer.Stream(
            [
                .. items.Select(static (item, i) => Event($$"""{"type":"response.output_item.done","sequence_number":{{i}},"output_index":{{i}},"item":{{item!.ToJsonString()}}}""")),
                Event($$"""{"type":"response.completed","sequence_number":9,"response":{{Response}}}"""),
            ])
            : Answer.Json(Response));

        var reply = await gateway.Client.PostAsync(
            "/api/v1/responses", $$"""{"model":"test/searching","stream":{{(stream ? "true" : "false")}},"tools":[{"type":"web_search"}],"input":"Rain?"}""");

        Assert.True(reply.Status == 200, reply.Text);
        await AssertChargedAsync(gateway, searches: 1);
    }

    [Theory]
    [InlineData("", """ "citations":["https://rain.example","https://sun.example"], """, 1)]
    [InlineData(""" ,"num_search_queries":3 """, """ "citations":["https://rain.example"], """, 3)]
    [InlineData(""" ,"server_tool_use":{"web_search_requests":2} """, "", 2)]
    [InlineData("", "", 0)]
    public async Task Searches_of_a_chat_provider_are_those_that_it_counts_else_one_where_it_names_pages(string usage, string members, int searches)
    {
        await using var gateway = await StartAsync("openai-chat");
        gateway.Alpha.On("searching", Answer.Json($$"""
            {"id":"u","object":"chat.completion","created":1,"model":"m",{{members}}"choices":[{"index":0,"message":{"role":"assistant","content":"It rains."},"finish_reason":"stop"}],
             "usage":{"prompt_tokens":100,"completion_tokens":10,"total_tokens":110{{usage}} } }
            """));

        var reply = await gateway.Client.AskAsync("test/searching");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(Tokens + (searches * Search), reply.CostNano);
        var record = await gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal(searches, (int?)record["units"]?["web_searches"] ?? 0);
        await AssertChargedAsync(gateway, searches);
    }

    [Theory]
    [InlineData("", """{"max_uses":10,"type":"web_search_20250305","name":"web_search"}""", 402)]
    [InlineData(""","max_uses":null""", """{"type":"web_search_20250305","name":"web_search","max_uses":10}""", 402)]
    [InlineData(""","max_uses":4""", """{"type":"web_search_20250305","name":"web_search","max_uses":4}""", 200)]
    public async Task A_message_is_held_for_the_searches_that_its_tool_may_make_and_the_provider_is_told_how_many(string said, string sent, int status)
    {
        await using var gateway = await StartAsync("anthropic-messages", static c => c.Set("startingCredit", 0.12m));
        gateway.Alpha.On("searching", Answer.Json(Message));
        Task<Reply> AskAsync() => gateway.Client.PostAsync(
            "/api/v1/messages",
            $$$"""{"model":"test/searching","max_tokens":50,"tools":[{"name":"f","input_schema":{"type":"object"}},{"type":"web_search_20250305","name":"web_search"{{{said}}}}],"messages":[{"role":"user","content":"Rain?"}]}""");

        Assert.Equal(200, (await AskAsync()).Status);
        Assert.Contains($$$"""{"name":"f","input_schema":{"type":"object"}},{{{sent}}}]""", gateway.Alpha.Exchanges[^1].BodyText, StringComparison.Ordinal);
        await gateway.SettledAsync();

        Assert.Equal(status, (await AskAsync()).Status); // a bit less than 0.1 is left
    }

    [Theory]
    [InlineData("", 10, 402)]
    [InlineData(""","max_tool_calls":null""", 10, 402)]
    [InlineData(""","max_tool_calls":4""", 4, 200)]
    public async Task A_response_is_held_for_the_tools_that_it_may_call_and_the_provider_is_told_how_many(string said, int sent, int status)
    {
        await using var gateway = await StartAsync("openai-responses", static c => c.Set("startingCredit", 0.105m));
        gateway.Alpha.On("searching", Answer.Json(Response));
        Task<Reply> AskAsync() => gateway.Client.PostAsync(
            "/api/v1/responses", $$$"""{"model":"test/searching","max_output_tokens":50,"tools":[{"type":"web_search"}],"input":"Rain?"{{{said}}}}""");

        Assert.Equal(200, (await AskAsync()).Status);
        Assert.Equal(sent, (int)gateway.Alpha.Exchanges[^1].Json["max_tool_calls"]!);
        await gateway.SettledAsync();

        Assert.Equal(status, (await AskAsync()).Status);
    }

    [Theory]
    [InlineData("", 10)]
    [InlineData(""","max_uses":null""", 10)]
    [InlineData(""","max_uses":4""", 4)]
    public async Task A_message_that_is_written_anew_has_the_same_bound(string said, int sent)
    {
        await using var gateway = await StartAsync("anthropic-messages");
        gateway.Alpha.On("searching", Answer.Json(Message));

        var reply = await gateway.Client.PostAsync(
            "/api/v1/messages",
            $$$"""{"models":["test/searching"],"max_tokens":50,"tools":[{"type":"web_search_20250305","name":"web_search"{{{said}}}}],"messages":[{"role":"user","content":"Rain?"}]}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(sent, (int)gateway.Alpha.Exchanges[^1].Json["tools"]![0]!["max_uses"]!);
    }

    [Theory]
    [InlineData("", 10)]
    [InlineData(""","max_tool_calls":null""", 10)]
    [InlineData(""","max_tool_calls":4""", 4)]
    public async Task A_response_that_is_written_anew_has_the_same_bound(string said, int sent)
    {
        await using var gateway = await StartAsync("openai-responses");
        gateway.Alpha.On("searching", Answer.Json(Response));

        var reply = await gateway.Client.PostAsync(
            "/api/v1/responses", $$$"""{"models":["test/searching"],"tools":[{"type":"web_search"}],"input":"Rain?"{{{said}}}}""");

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(sent, (int)gateway.Alpha.Exchanges[^1].Json["max_tool_calls"]!);
    }
}
