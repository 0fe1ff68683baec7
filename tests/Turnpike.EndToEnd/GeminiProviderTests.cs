using System.Text.Json.Nodes;
using Turnpike.TestKit;
using Xunit;

namespace Turnpike.EndToEnd;

/// <summary>A chat caller and a provider of the Gemini API, whole and streamed.</summary>
public sealed class GeminiProviderTests
{
    private const string Tools = """ "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}] """;

    private const string Whole = """{"candidates":[{"content":{"parts":[{"text":"Hi \"you\""}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":90,"candidatesTokenCount":2,"thoughtsTokenCount":5,"totalTokenCount":107},"responseId":"r1"}""";

    private static readonly string[] Thought =
    [
        Event("""{"candidates":[{"content":{"parts":[{"text":"hm","thought":true}],"role":"model"},"index":0}],"responseId":"r1"}"""),
        Event("""{"candidates":[{"content":{"parts":[{"text":"so"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":1,"thoughtsTokenCount":4},"responseId":"r1"}"""),
    ];

    private static readonly string[] Calls =
    [
        .. Thought,
        Event("""{"candidates":[{"content":{"parts":[{"functionCall":{"name":"weather","args":{"city":"Bern"}},"thoughtSignature":"EqQB/+=="},{"functionCall":{"name":"weather","args":{"city":"Rom"}}}],"role":"model"},"index":0}],"responseId":"r1"}"""),
        Event("""{"candidates":[{"content":{"parts":[],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":16,"thoughtsTokenCount":4},"responseId":"r1"}"""),
    ];

    [Fact]
    public async Task A_whole_answer_comes_with_usage_and_cost_and_the_address_names_the_model()
    {
        await using var gateway = await StartAsync();
        gateway.Alpha.On("plain", Answer.Json(Whole));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal(200, reply.Status);
        Assert.Equal("Hi \"you\"", reply.Content);
        Assert.Equal((100, 7, 90, 5), (
            (int?)reply.Usage!["prompt_tokens"], (int?)reply.Usage["completion_tokens"],
            (int?)reply.Usage["prompt_tokens_details"]!["cached_tokens"], (int?)reply.Usage["completion_tokens_details"]!["reasoning_tokens"]));
        Assert.True(reply.CostNano > 0);
        var exchange = gateway.Alpha.Exchanges.Single();
        Assert.Equal("/v1/models/plain:generateContent", exchange.Path);
        Assert.Equal(("sk-upstream-alpha", null), (exchange.Header("x-goog-api-key"), exchange.Header("Authorization")));
    }

    [Fact]
    public async Task Parallel_calls_are_streamed_and_their_signature_goes_back_on_the_call_that_it_came_with()
    {
        await using var gateway = await StartAsync();
        gateway.Alpha.On("plain", e => e.IsStream ? Answer.Stream(Calls) : Answer.Json(Whole));

        var stream = await gateway.Client.AskStreamAsync(GatewayHarness.Plain, Tools);
        var deltas = stream.Chunks.Select(static c => c["choices"]?.AsArray().FirstOrDefault()?["delta"]).OfType<JsonNode>().ToList();
        var calls = deltas.SelectMany(static d => d["tool_calls"]?.AsArray() ?? []).OfType<JsonNode>().ToList();
        var ids = calls.Select(static c => (string?)c["id"]).OfType<string>().ToList();
        var signed = deltas.SelectMany(static d => d["reasoning_details"]?.AsArray() ?? []).Single(static d => (string?)d!["type"] == "reasoning.encrypted")!;

        Assert.True(stream.IsDone);
        Assert.Equal("tool_calls", stream.FinishReason);
        Assert.Equal(["/v1/models/plain:streamGenerateContent?alt=sse"], gateway.Alpha.Exchanges.Select(static e => e.Path));
        Assert.Equal(["""{"city":"Bern"}""", """{"city":"Rom"}"""], Enumerable.Range(0, 2).Select(i => string.Concat(calls.Where(c => (int)c["index"]! == i).Select(static c => (string?)c["function"]!["arguments"]))));
        Assert.Equal(2, ids.Distinct().Count());
        Assert.Equal((ids[0], "EqQB/+==", "google-gemini-v1"), ((string?)signed["id"], (string?)signed["data"], (string?)signed["format"]));
        Assert.Equal(ids[0], (string?)signed.Parent!.Parent!["tool_calls"]![0]!["id"]); // clients look for the call when they hear of its signature

        var next = $$"""
            {"model":"{{GatewayHarness.Plain}}","messages":[{"role":"user","content":"hi"},
            {"role":"assistant","content":"so","reasoning_details":[{{signed.ToJsonString()}}],"tool_calls":[{"id":"{{ids[0]}}","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"} },{"id":"{{ids[1]}}","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rom\"}"} }]},
            {"role":"tool","tool_call_id":"{{ids[1]}}","content":"hot"},{"role":"tool","tool_call_id":"{{ids[0]}}","content":"warm"}]}
            """;
        Assert.Equal(200, (await gateway.Client.ChatAsync(next)).Status);

        var contents = gateway.Alpha.Exchanges[^1].Json["contents"]!;
        Assert.Equal(["", "EqQB/+==", ""], contents[1]!["parts"]!.AsArray().Select(static p => (string?)p!["thoughtSignature"] ?? ""));
        Assert.Equal(["warm", "hot"], contents[2]!["parts"]!.AsArray().Select(static p => (string?)p!["functionResponse"]!["response"]!["result"]));
    }

    [Fact]
    public async Task An_image_goes_in_as_bytes_and_comes_out_as_a_data_address()
    {
        await using var gateway = await StartAsync();
        gateway.Alpha.On("plain", Answer.Json("""{"candidates":[{"content":{"parts":[{"text":"here"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0="}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":1290,"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1290}]}}"""));

        var reply = await gateway.Client.ChatAsync($$$"""{"model":"{{{GatewayHarness.Plain}}}","modalities":["image","text"],"messages":[{"role":"user","content":[{"type":"text","text":"bluer"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0K"}}]}]}""");

        Assert.Equal("data:image/png;base64,iVBORw0=", (string?)reply.Json["choices"]![0]!["message"]!["images"]![0]!["image_url"]!["url"]);
        var sent = gateway.Alpha.Exchanges.Single().Json;
        Assert.Equal("iVBORw0K", (string?)sent["contents"]![0]!["parts"]![1]!["inlineData"]!["data"]);
        Assert.Equal("""["IMAGE","TEXT"]""", sent["generationConfig"]!["responseModalities"]!.ToJsonString());
    }

    [Fact]
    public async Task A_film_of_youtube_is_left_to_the_provider_to_fetch()
    {
        await using var gateway = await StartAsync();
        gateway.Alpha.On("plain", Answer.Json(Whole));

        var reply = await gateway.Client.ChatAsync($$$"""{"model":"{{{GatewayHarness.Plain}}}","messages":[{"role":"user","content":[{"type":"video_url","video_url":{"url":"https://www.youtube.com/watch?v=1"}}]}]}""");

        Assert.Equal(200, reply.Status);
        Assert.Equal("https://www.youtube.com/watch?v=1", (string?)gateway.Alpha.Exchanges.Single().Json["contents"]![0]!["parts"]![0]!["fileData"]!["fileUri"]);
    }

    [Fact]
    public async Task A_schema_is_asked_for_in_the_providers_subset()
    {
        await using var gateway = await StartAsync();
        gateway.Alpha.On("plain", Answer.Json(Whole));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain, """ "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object","properties":{"a":{"type":["string","null"]}},"required":["a"],"additionalProperties":false} } } """);

        Assert.Equal(200, reply.Status);
        Assert.Equal("""{"type":"OBJECT","properties":{"a":{"type":"STRING","nullable":true}},"required":["a"]}""", gateway.Alpha.Exchanges.Single().Json["generationConfig"]!["responseSchema"]!.ToJsonString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_out_of_quota_gives_way_to_the_next(bool inStream)
    {
        const string Exhausted = """{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"}]}}""";
        await using var gateway = await StartAsync();
        gateway.Alpha.On("pair", inStream ? Answer.Stream(Event(Exhausted)) : Answer.Json($"[{Exhausted}]", 429));
        gateway.Beta.On("pair", Answer.Stream(Calls));

        var stream = await gateway.Client.AskStreamAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);

        Assert.Equal("tool_calls", stream.FinishReason);
        Assert.Null(stream.Error);
        Assert.Equal((1, 1), (gateway.Alpha.Started, gateway.Beta.Started));
    }

    [Fact]
    public async Task The_caller_is_told_when_the_providers_body_says_to_come_back()
    {
        await using var gateway = await StartAsync();
        gateway.Alpha.On("plain", Answer.Json("""{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3600s"}]}}""", 429));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal((429, "3600"), (reply.Status, reply.Header("Retry-After")));
    }

    [Fact]
    public async Task A_quota_of_the_day_rests_the_endpoint_for_the_rest_of_it()
    {
        const string Exhausted = """{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1s"}]}}""";
        await using var gateway = await StartAsync();
        gateway.Alpha.On("pair", Answer.Json(Exhausted, 429)).On("plain", Answer.Json(Exhausted, 429));
        gateway.Beta.On("pair", Answer.Json(Whole));

        var first = await gateway.Client.AskAsync(GatewayHarness.Pair, GatewayHarness.AlphaFirst);
        var explained = await gateway.Client.PostAsync("/api/v1/route/explain", GatewayClient.Body(GatewayHarness.Pair));
        var alone = await gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal((200, 200, 429), (first.Status, explained.Status, alone.Status));
        Assert.Contains("\"paused\":true", explained.Text, StringComparison.Ordinal);
        Assert.Equal(2, gateway.Alpha.Started); // alone it is not asked again either
        Assert.InRange(int.Parse(alone.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 1, 86_400);
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

    [Theory]
    [InlineData("""{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":10,"totalTokenCount":10}}""")]
    [InlineData("""{"candidates":[{"finishReason":"SAFETY"}],"usageMetadata":{"promptTokenCount":10}}""")]
    public async Task A_blocked_prompt_is_a_filtered_answer_with_the_raw_reason(string answer)
    {
        await using var gateway = await StartAsync();
        gateway.Alpha.On("plain", Answer.Json(answer));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain);

        var choice = reply.Json["choices"]![0]!;
        Assert.Equal((200, "content_filter", "SAFETY"), (reply.Status, (string?)choice["finish_reason"], (string?)choice["native_finish_reason"]));
    }

    [Fact]
    public async Task A_refusal_of_the_request_is_the_callers_to_read()
    {
        await using var gateway = await StartAsync();
        gateway.Alpha.On("plain", Answer.Json("""{"error":{"code":400,"message":"The input token count (9000) exceeds the maximum number of tokens allowed (8192).","status":"INVALID_ARGUMENT"}}""", 400));

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal((400, "context_length_exceeded"), (reply.Status, reply.ErrorType));
    }

    private static Task<GatewayHarness> StartAsync() => GatewayHarness.StartAsync(providerFields: new() { ["dialect"] = "gemini" });

    private static string Event(string data) => $"data: {data}\r\n\r\n";
}
