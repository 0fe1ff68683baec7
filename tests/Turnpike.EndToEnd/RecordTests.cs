namespace Turnpike.EndToEnd;

/// <summary>What a generation's record says beyond its usage.</summary>
public sealed class RecordTests : IAsyncLifetime
{
    private const string Cached = "test/cached";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static c => c.Endpoint(
        "alpha", Cached, fields: ("prices", new System.Text.Json.Nodes.JsonObject { ["prompt"] = 1, ["completion"] = 2, ["cacheRead"] = 0.1, ["cacheWrite"] = 1.25 })));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("\"cached_tokens\":800", "0.00072")]
    [InlineData("\"cached_tokens\":0,\"cache_write_tokens\":800", "-0.0002")]
    public async Task It_says_what_the_providers_cache_saved(string details, string discount)
    {
        _gateway.Alpha.On("cached", Answer.Json(Wire.Whole("x", -1).Replace(
            "\"finish_reason\":\"stop\"}]",
            "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":1,\"total_tokens\":1001,\"prompt_tokens_details\":{" + details + "}}",
            StringComparison.Ordinal)));

        var reply = await _gateway.Client.AskAsync(Cached);

        Assert.Equal(discount, (await _gateway.GenerationAsync((string)reply.Json["id"]!))["cache_discount"]!.ToJsonString());
    }

    [Fact]
    public async Task A_plain_answer_has_none_of_it()
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        var record = await _gateway.GenerationAsync((string)reply.Json["id"]!);

        Assert.Null(record["cache_discount"]);
        Assert.False((bool)record["rescued"]!);
        Assert.Empty(record["dropped_parameters"]!.AsArray());
        Assert.Empty(record["plugins"]!.AsArray());
    }

    [Theory]
    [InlineData("priority", "priority", 20_000 + 4_000)] // asked for and told
    [InlineData("priority", null, 20_000 + 4_000)] // asked for, and nobody says what served
    [InlineData("priority", "default", 10_000 + 2_000)] // not had
    [InlineData(null, null, 10_000 + 2_000)]
    public async Task A_service_tier_is_paid_at_its_own_prices(string? asked, string? told, long cost)
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Endpoint("alpha", "test/tiered", fields:
            [("prices", System.Text.Json.Nodes.JsonNode.Parse("""{"prompt":1,"completion":2}""")), ("tierPrices", System.Text.Json.Nodes.JsonNode.Parse("""{"priority":{"prompt":2,"completion":4}}"""))]));
        gateway.Alpha.On("tiered", Answer.Json(Wire.Whole("x", 10, 1).Replace("\"object\"", told is null ? "\"object\"" : $"\"service_tier\":\"{told}\",\"object\"", StringComparison.Ordinal)));

        var reply = await gateway.Client.AskAsync("test/tiered", asked is null ? "" : $"\"service_tier\":\"{asked}\"");

        Assert.Equal(cost, reply.CostNano);
    }

    [Fact]
    public async Task What_a_cache_keeps_for_an_hour_is_paid_as_such()
    {
        await using var gateway = await GatewayHarness.StartAsync(
            static c => c.Endpoint("alpha", "test/claude", fields: ("prices", System.Text.Json.Nodes.JsonNode.Parse("""{"prompt":1,"completion":2,"cacheWrite":1.25,"cacheWriteHour":2}"""))),
            providerFields: new() { ["dialect"] = "anthropic-messages" });
        gateway.Alpha.Otherwise(static _ => Answer.Json(
            """{"id":"m","type":"message","role":"assistant","content":[{"type":"text","text":"x"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":1,"cache_creation_input_tokens":300,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200}}}"""));

        var reply = await gateway.Client.AskAsync("test/claude");

        Assert.Equal(10_000 + 125_000 + 400_000 + 2_000, reply.CostNano);
    }
}
