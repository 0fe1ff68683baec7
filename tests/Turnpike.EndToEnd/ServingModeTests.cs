using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd;

/// <summary>Speeds and places of serving that Anthropic charges a factor for.</summary>
public sealed class ServingModeTests : IAsyncLifetime
{
    private const string Path = "/api/v1/messages";
    private const string Modern = "test/modern";
    private const string Priced = """{"speed:fast":6,"inference_geo:us":1.1}""";

    private readonly ScriptedProvider _native = ScriptedProvider.Start();
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(config => config
        .Provider("native", _native.BaseUrl, ("dialect", "anthropic-messages"))
        .Endpoint("native", Modern, fields: [("prices", JsonNode.Parse("""{"prompt":1,"completion":2,"webSearch":0.01}""")), ("priceFactors", JsonNode.Parse(Priced))])
        .Endpoint("alpha", Modern));

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _native.DisposeAsync();
    }

    private static string Body(string fields, string model = Modern) =>
        $$"""{"model":"{{model}}","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]{{fields}}}""";

    private static Answer Says(string usage) => Answer.Json(
        $$$"""{"id":"m","type":"message","role":"assistant","content":[{"type":"text","text":"x"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":1{{{usage}}}}}""");

    [Theory]
    [InlineData("", "", 12_000)]
    [InlineData(",\"speed\":\"standard\",\"inference_geo\":\"global\"", ",\"speed\":\"standard\",\"inference_geo\":\"global\"", 12_000)]
    [InlineData(",\"speed\":\"fast\"", ",\"speed\":\"fast\"", 72_000)]
    [InlineData(",\"speed\":\"fast\"", ",\"speed\":\"standard\"", 12_000)] // fell back to it
    [InlineData(",\"speed\":\"fast\"", "", 72_000)] // nobody says what served
    [InlineData(",\"inference_geo\":\"us\"", ",\"inference_geo\":\"us\"", 13_200)]
    [InlineData("", ",\"inference_geo\":\"us\"", 13_200)] // the place of the provider's workspace
    [InlineData("", ",\"inference_geo\":\"not_available\"", 12_000)]
    [InlineData(",\"speed\":\"fast\",\"inference_geo\":\"us\"", ",\"speed\":\"fast\",\"inference_geo\":\"us\",\"server_tool_use\":{\"web_search_requests\":1}", 79_200 + 10_000_000)]
    public async Task What_served_is_charged_at_its_factor(string asked, string told, long cost)
    {
        _native.Otherwise(_ => Says(told));

        var reply = await _gateway.Client.PostAsync(Path, Body(asked + ",\"provider\":{\"only\":[\"native\"]}"));

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(cost, (long)(reply.Json["usage"]!["cost"]!.GetValue<decimal>() * 1_000_000_000));
        var record = await _gateway.GenerationAsync((string)reply.Json["id"]!);
        Assert.Equal(cost % 10_000_000 / 12_000m, (decimal?)record["price_factor"] ?? 1);
        var sent = Assert.Single(_native.Exchanges).BodyText;
        Assert.Equal(asked.Contains("fast", StringComparison.Ordinal), sent.Contains("\"speed\":\"fast\"", StringComparison.Ordinal));
        Assert.Equal(asked.Contains("\"us\"", StringComparison.Ordinal), sent.Contains("\"inference_geo\":\"us\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_served_is_heard_where_something_stands_before_the_writer()
    {
        _native.Otherwise(static _ => Says(",\"inference_geo\":\"us\""));

        var reply = await _gateway.Client.AskAsync(
            Modern, """ "provider":{"only":["native"]},"tools":[{"type":"function","function":{"name":"a.name with.dots","parameters":{"type":"object"}}}] """);

        Assert.True(reply.Status == 200, reply.Text);
        Assert.Equal(13_200, reply.CostNano);
        Assert.DoesNotContain("a.name", _native.Exchanges[0].BodyText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("speed", "fast")]
    [InlineData("inference_geo", "us")]
    public async Task What_was_asked_for_is_asked_of_no_endpoint_that_has_no_price_for_it(string field, string word)
    {
        _native.Otherwise(static _ => Answer.Error(529));
        var asked = $$""","{{field}}":"{{word}}" """;

        var reply = await _gateway.Client.PostAsync(Path, Body(asked));
        var elsewhere = await _gateway.Client.PostAsync(Path, Body(asked, GatewayHarness.Plain));

        Assert.NotEqual(200, reply.Status);
        Assert.Empty(_gateway.Alpha.Exchanges);
        Assert.Equal(404, elsewhere.Status);
        Assert.Contains(field, elsewhere.Text, StringComparison.Ordinal);
        Assert.Contains(word, elsewhere.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_held_is_enough_for_the_speed_asked_for_and_for_the_dearest_place()
    {
        // 10 × 6.6 + 50 × 13.2 = 726 millionths; the limit affords one such answer, and six at the base price.
        _native.Otherwise(static _ => Answer.Json(
            """{"id":"m","type":"message","role":"assistant","content":[{"type":"text","text":"x"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":50,"speed":"fast","inference_geo":"us"}}"""));
        var client = await _gateway.LimitedClientAsync(0.0014m);

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.PostAsync(Path, Body(",\"speed\":\"fast\""))));

        Assert.Equal(1, replies.Count(static r => r.Status == 200));
        Assert.Equal(0.000726m, (await client.GetAsync("/api/v1/key")).Json["data"]!["usage"]!.GetValue<decimal>());
    }
}
