using System.Text.Json.Nodes;
using Turnpike.TestKit;
using Xunit;

namespace Turnpike.EndToEnd;

/// <summary>A chat caller and a provider of the Messages API, whole and streamed.</summary>
public sealed class AnthropicProviderTests
{
    private static readonly string[] Thought =
    [
        Event("""{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"plain","content":[],"stop_reason":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":90,"output_tokens":1}}}"""),
        Event("""{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"""),
        Event("""{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"""),
        Event("""{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB/+=="}}"""),
        Event("""{"type":"content_block_stop","index":0}"""),
        Event("""{"type":"ping"}"""),
    ];

    private static readonly string[] Call =
    [
        .. Thought,
        Event("""{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"weather","input":{}}}"""),
        Event("""{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}}"""),
        Event("""{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"\"Bern\"}"}}"""),
        Event("""{"type":"content_block_stop","index":1}"""),
        Event("""{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":20}}"""),
        Event("""{"type":"message_stop"}"""),
    ];

    private const string Whole = """{"id":"msg_1","type":"message","role":"assistant","model":"plain","content":[{"type":"text","text":"Hi \"you\""}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":90,"output_tokens":2}}""";

    [Fact]
    public async Task A_whole_answer_comes_with_usage_and_cost_and_the_request_carries_key_and_version()
    {
        await using var gateway = await StartAsync();
        gateway.Alpha.On("plain", Answer.Json(Whole));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal(200, reply.Status);
        Assert.Equal("Hi \"you\"", reply.Content);
        Assert.Equal((100, 2, 90), ((int?)reply.Usage!["prompt_tokens"], (int?)reply.Usage["completion_tokens"], (int?)reply.Usage["prompt_tokens_details"]!["cached_tokens"]));
        Assert.True(reply.CostNano > 0);
        var exchange = gateway.Alpha.Exchanges.Single();
        Assert.Equal("/v1/messages", exchange.Path);
        Assert.Equal(("sk-upstream-alpha", "2023-06-01", null), (exchange.Header("x-api-key"), exchange.Header("anthropic-version"), exchange.Header("Authorization")));
        Assert.Equal(4096, (int?)exchange.Json["max_tokens"]);
    }

    [Fact]
    public async Task A_call_of_a_tool_is_streamed_and_its_thought_goes_back_with_the_same_signature()
    {
        await using var gateway = await StartAsync();
        gateway.Alpha.On("plain", e => e.IsStream ? Answer.Stream(Call) : Answer.Json(Whole));

        var stream = await gateway.Client.AskStreamAsync(GatewayHarness.Plain, """ "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}}] """);
        var deltas = stream.Chunks.Select(static c => c["choices"]?.AsArray().FirstOrDefault()?["delta"]).OfType<JsonNode>().ToList();
        var details = new JsonArray([.. deltas.SelectMany(static d => d["reasoning_details"]?.AsArray() ?? []).Select(static d => d!.DeepClone())]);
        var arguments = string.Concat(deltas.Select(static d => (string?)d["tool_calls"]?[0]?["function"]?["arguments"]));
        var thought = details.Aggregate(new JsonObject(), static (all, d) => new(all.Concat(d!.AsObject()).GroupBy(static m => m.Key).Select(static g => new KeyValuePair<string, JsonNode?>(g.Key, g.Last().Value?.DeepClone()))));
        thought["text"] = "hm";

        Assert.True(stream.IsDone);
        Assert.Equal("tool_calls", stream.FinishReason);
        Assert.Equal("""{"city":"Bern"}""", arguments);
        Assert.Equal("EqQB/+==", (string?)thought["signature"]);

        var next = $$"""
            {"model":"{{GatewayHarness.Plain}}","messages":[{"role":"user","content":"hi"},
            {"role":"assistant","content":null,"reasoning_details":[{{thought.ToJsonString()}}],"tool_calls":[{"id":"toolu_1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"} }]},
            {"role":"tool","tool_call_id":"toolu_1","content":"warm"}]}
            """;
        Assert.Equal(200, (await gateway.Client.ChatAsync(next)).Status);

        var sent = gateway.Alpha.Exchanges[^1].Json["messages"]!;
        Assert.Equal(("thinking", "hm", "EqQB/+=="), ((string?)sent[1]!["content"]![0]!["type"], (string?)sent[1]!["content"]![0]!["thinking"], (string?)sent[1]!["content"]![0]!["signature"]));
        Assert.Equal(("tool_use", "toolu_1"), ((string?)sent[1]!["content"]![1]!["type"], (string?)sent[1]!["content"]![1]!["id"]));
        Assert.Equal(("tool_result", "toolu_1"), ((string?)sent[2]!["content"]![0]!["type"], (string?)sent[2]!["content"]![0]!["tool_use_id"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_overloaded_provider_gives_way_to_the_next(bool inStream)
    {
        const string Overloaded = """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""";
        await using var gateway = await StartAsync();
        gateway.Alpha.On("pair", inStream ? Answer.Stream(Event(Overloaded)) : Answer.Json(Overloaded, 529));
        gateway.Beta.On("pair", Answer.Stream(Call));

        var stream = await gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.Equal("tool_calls", stream.FinishReason);
        Assert.Null(stream.Error);
        Assert.Equal((1, 1), (gateway.Alpha.Started, gateway.Beta.Started));
    }

    [Fact]
    public async Task A_stream_that_is_cut_after_content_ends_with_an_error_and_costs_nothing()
    {
        await using var gateway = await StartAsync();
        var before = gateway.Available;
        gateway.Alpha.On("plain", Answer.Stream(Thought));

        var stream = await gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.NotNull(stream.Error);
        Assert.Equal(before, gateway.Available);
    }

    [Fact]
    public async Task A_refusal_of_the_request_is_the_callers_to_read()
    {
        await using var gateway = await StartAsync();
        gateway.Alpha.On("plain", Answer.Json("""{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9000 tokens > 8192 maximum"},"request_id":"req_1"}""", 400));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal((400, "context_length_exceeded"), (reply.Status, reply.ErrorType));
    }

    private static Task<GatewayHarness> StartAsync() => GatewayHarness.StartAsync(providerFields: new() { ["dialect"] = "anthropic-messages" });

    private static string Event(string data) => $"event: {JsonNode.Parse(data)!["type"]}\ndata: {data}\n\n";
}
