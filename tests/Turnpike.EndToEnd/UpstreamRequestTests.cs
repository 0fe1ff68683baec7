namespace Turnpike.EndToEnd;

/// <summary>What a provider is sent, and what it is not.</summary>
public sealed class UpstreamRequestTests : IAsyncLifetime
{
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("provider", """{"order":["alpha"]}""")]
    [InlineData("models", """["test/pair"]""")]
    [InlineData("route", "\"fallback\"")]
    [InlineData("transforms", "[]")]
    [InlineData("plugins", "[]")]
    [InlineData("usage", """{"include":true}""")]
    [InlineData("session_id", "\"s-1\"")]
    [InlineData("trace", """{"trace_id":"t"}""")]
    [InlineData("stop_server_tools_when", """[{"type":"step_count_is","step_count":3}]""")]
    [InlineData("max_tool_calls", "3")]
    [InlineData("zdr", "false")]
    [InlineData("enforce_zdr", "null")]
    public async Task A_field_of_ours_is_never_sent_on(string field, string value)
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain, $"\"{field}\":{value}");

        Assert.Equal(200, reply.Status);
        Assert.False(Assert.Single(_gateway.Alpha.Exchanges).Json.ContainsKey(field));
    }

    [Theory]
    [InlineData("user", "chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]")]
    [InlineData("safety_identifier", "chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]")]
    [InlineData("safety_identifier", "completions", "\"prompt\":\"Hello\"")]
    public async Task The_callers_user_is_never_sent_as_it_is(string field, string surface, string prompt)
    {
        await _gateway.Client.PostAsync($"/api/v1/{surface}", $$"""{"model":"{{GatewayHarness.Plain}}",{{prompt}},"{{field}}":"jane@example.com"}""");

        var sent = Assert.Single(_gateway.Alpha.Exchanges);
        Assert.DoesNotContain("jane", sent.BodyText, StringComparison.Ordinal);
        Assert.Contains(sent.Json, static m => m.Key is "user" or "safety_identifier");
    }

    [Theory]
    [InlineData("openai-chat", "/api/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]")]
    [InlineData("openai-chat", "/api/v1/responses", "\"input\":\"Hi\"")]
    [InlineData("openai-responses", "/api/v1/responses", "\"input\":\"Hi\"")]
    [InlineData("openai-responses", "/api/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]")]
    public async Task A_key_of_a_prompt_cache_is_the_same_each_time_and_no_other_accounts(string dialect, string path, string members)
    {
        await using var gateway = await GatewayHarness.StartAsync(c => c.Endpoint("alpha", "test/caching", fields: ("dialect", dialect)));
        Task AskAsync(GatewayClient client, string key) => client.PostAsync(path, $$"""{"model":"test/caching","prompt_cache_key":"{{key}}","user":"u-1",{{members}}}""");

        await AskAsync(gateway.Client, "thread-1");
        await AskAsync(gateway.Client, "thread-1");
        await AskAsync(gateway.Client, "thread-2");
        await AskAsync(await gateway.OtherAccountAsync(), "thread-1");

        var keys = gateway.Alpha.Exchanges.Select(static e => (string)e.Json["prompt_cache_key"]!).ToList();
        Assert.All(keys, static k => Assert.True(k.Length == 32 && !k.Contains("thread", StringComparison.Ordinal), k));
        Assert.Equal(keys[0], keys[1]);
        Assert.Equal(3, keys.Distinct().Count());
        var users = gateway.Alpha.Exchanges.Select(static e => (string?)(e.Json["user"] ?? e.Json["safety_identifier"])).Distinct();
        Assert.Equal([32, 32], users.Select(static u => u?.Length)); // one of each account
    }

    [Theory]
    [InlineData("openai-chat")]
    [InlineData("openai-responses")]
    [InlineData("anthropic-messages")]
    [InlineData("gemini")]
    [InlineData("bedrock-converse")]
    [InlineData("cohere-v2")]
    [InlineData("ollama")]
    public async Task Nulls_and_what_other_gateways_left_in_a_history_trouble_nobody(string dialect)
    {
        await using var gateway = await GatewayHarness.StartAsync(c => c.Endpoint("alpha", "test/echoed", fields: ("dialect", dialect)));

        var reply = await gateway.Client.ChatAsync("""
            {"model":"test/echoed","messages":[{"role":"user","content":"Hi","name":null},
            {"role":"assistant","content":"Yes?","refusal":null,"tool_calls":null,"function_call":null,"audio":null,"annotations":null,"reasoning_items":[{"id":"rs_1"}],"provider_specific_fields":{"refusal":null,"thinking_blocks":null}},
            {"role":"user","content":"Go on"}]}
            """);

        Assert.NotEqual(400, reply.Status); // what the provider answers here is no answer of its dialect
        Assert.NotEmpty(gateway.Alpha.Exchanges);
        Assert.Contains("Go on", gateway.Alpha.Exchanges[0].BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_provider_gets_its_own_key_and_none_of_the_callers_headers()
    {
        await _gateway.Client.ChatAsync(
            GatewayClient.Body(GatewayHarness.Plain),
            ("HTTP-Referer", "https://app.example"), ("X-Title", "App"), ("Cookie", "a=b"), ("X-Forwarded-For", "192.0.2.7"), ("x-api-key", "k"));

        var exchange = Assert.Single(_gateway.Alpha.Exchanges);
        Assert.Equal("Bearer sk-upstream-alpha", exchange.Header("Authorization"));
        Assert.Equal("/v1/chat/completions", exchange.Path);
        foreach (var name in new[] { "HTTP-Referer", "Referer", "X-Title", "Cookie", "X-Forwarded-For", "x-api-key" })
        {
            Assert.Null(exchange.Header(name));
        }
    }

    [Fact]
    public async Task A_key_in_the_header_that_Azures_clients_send_is_known_and_stays_here()
    {
        var anonymous = new GatewayClient(_gateway.Address, null);
        var known = await anonymous.ChatAsync(GatewayClient.Body(GatewayHarness.Plain), ("api-key", _gateway.Key));
        var unknown = await anonymous.ChatAsync(GatewayClient.Body(GatewayHarness.Plain), ("api-key", "sk-or-v1-wrong"));

        Assert.Equal((200, 401), (known.Status, unknown.Status));
        Assert.Null(Assert.Single(_gateway.Alpha.Exchanges).Header("api-key"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"stream_options\":{\"include_usage\":false}")]
    [InlineData("\"stream_options\":{\"include_usage\":true}")]
    [InlineData("\"stream_options\":{}")]
    [InlineData("\"stream_options\":null")]
    public async Task A_streams_usage_is_always_asked_for(string fields)
    {
        var reply = await _gateway.Client.AskStreamAsync(GatewayHarness.Plain, fields);

        Assert.True(reply.IsDone);
        Assert.True((bool)Assert.Single(_gateway.Alpha.Exchanges).Json["stream_options"]!["include_usage"]!);
    }

    [Fact]
    public async Task A_whole_answer_is_asked_for_without_stream_options()
    {
        await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.False(Assert.Single(_gateway.Alpha.Exchanges).Json.ContainsKey("stream_options"));
    }

    [Fact]
    public async Task A_provider_that_refuses_stream_options_is_not_sent_them()
    {
        await using var gateway = await GatewayHarness.StartAsync(providerFields: new() { ["streamOptions"] = false });

        var reply = await gateway.Client.AskStreamAsync(GatewayHarness.Plain);

        Assert.True(reply.IsDone);
        Assert.False(Assert.Single(gateway.Alpha.Exchanges).Json.ContainsKey("stream_options"));
    }

    [Fact]
    public async Task The_limit_that_the_credit_affords_is_sent_in_the_field_that_the_provider_knows()
    {
        await using var gateway = await GatewayHarness.StartAsync(
            static c => c.Set("startingCredit", 0.0003m), providerFields: new() { ["outputLimitField"] = "max_completion_tokens" });

        await gateway.Client.AskAsync(GatewayHarness.Plain);

        var json = Assert.Single(gateway.Alpha.Exchanges).Json;
        Assert.InRange((int)json["max_completion_tokens"]!, 1, 150);
        Assert.False(json.ContainsKey("max_tokens"));
    }
}
