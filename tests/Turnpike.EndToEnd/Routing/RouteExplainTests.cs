using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Routing;

/// <summary>Variants, tiers, costs and explanations, through the front door.</summary>
public sealed class RouteExplainTests(RoutingFixture fixture) : IClassFixture<RoutingFixture>
{
    [Fact]
    public async Task Floor_sorts_by_price_and_admits_the_flex_tier() =>
        Assert.Equal(["mid-flex", "cheap-fp8", "mid-fp4", "dear-bf16", "mid-none"], await fixture.OrderAsync(RoutingFixture.Many + ":floor"));

    [Fact]
    public async Task Nitro_admits_the_priority_tier_and_the_last_variant_wins()
    {
        var nitro = await fixture.OrderAsync(RoutingFixture.Many + ":nitro");

        Assert.Contains("dear-priority", nitro);
        Assert.DoesNotContain("mid-flex", nitro);
        Assert.Equal(nitro, await fixture.OrderAsync(RoutingFixture.Many + ":floor:nitro"));
    }

    [Fact]
    public async Task A_service_tier_chooses_its_endpoints()
    {
        Assert.Equal(["mid-flex"], await fixture.OrderAsync(RoutingFixture.Many, "\"service_tier\":\"flex\""));
        Assert.Equal("dear-priority", (await fixture.OrderAsync(RoutingFixture.Many, "\"service_tier\":\"priority\""))[0]);
    }

    [Theory]
    [InlineData("cost", "price")]
    [InlineData("speed", "throughput")]
    [InlineData("quality", "exacto")]
    public async Task A_routing_strategy_is_a_sort(string word, string method)
    {
        var explained = await ExplainAsync("\"routing\":{\"strategy\":\"" + word + "\"}");

        Assert.Equal(method, (string?)explained["method"]);
    }

    [Fact]
    public async Task An_explanation_has_scores_hold_costs_and_who_was_removed_by_whose_rule()
    {
        var explained = await ExplainAsync("\"max_tokens\":100,\"provider\":{\"zdr\":true}");

        var candidate = explained["candidates"]!.AsArray().Single()!;
        Assert.Equal("dear", ((string)candidate["endpoint"]!).Split(':')[0]);
        Assert.True((decimal)candidate["maximum_cost"]! >= (decimal)candidate["expected_cost"]!);
        Assert.NotNull(candidate["parts"]!["reliability"]);
        Assert.Equal((decimal)candidate["maximum_cost"]!, (decimal)explained["hold"]!["maximum"]!);
        var removed = explained["removed"]!.AsArray().First(static r => (string?)r!["tag"] == "mid/us-1")!;
        Assert.Equal(("provider.zdr", "request"), ((string)removed["field"]!, (string)removed["by"]!));
        Assert.Contains("dear Inc", (string)explained["summary"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_sent_and_nothing_set_aside_by_an_explanation()
    {
        await using var gateway = await GatewayHarness.StartAsync(RoutingFixture.Configure);
        var before = gateway.Available;

        Assert.Equal(200, (await gateway.Client.PostAsync("/api/v1/route/explain", GatewayClient.Body(RoutingFixture.Many))).Status);
        Assert.Equal(200, (await gateway.Client.PostAsync("/api/v1/cost/estimate", GatewayClient.Body(RoutingFixture.Many))).Status);

        Assert.Equal((0, before, 0L), (gateway.Alpha.Started, gateway.Available, gateway.Held));
    }

    [Fact]
    public async Task An_estimate_has_expected_minimum_and_maximum_cost_of_each_candidate()
    {
        const string Cheap = "\"max_tokens\":1000,\"provider\":{\"only\":[\"cheap\"]}";
        Assert.Equal(200, (await fixture.Gateway.Client.AskAsync(RoutingFixture.Many, Cheap)).Status); // a short answer, which teaches what to expect
        await fixture.Gateway.SettledAsync();

        var reply = await fixture.Gateway.Client.PostAsync("/api/v1/cost/estimate", GatewayClient.Body(RoutingFixture.Many, Cheap));

        var candidate = reply.Json["data"]!["candidates"]!.AsArray().Single()!;
        Assert.InRange((decimal)candidate["maximum_cost"]!, 0.002m, 0.0021m); // 100 tokens of prompt at most and 1000 of output
        Assert.True((decimal)candidate["minimum_cost"]! <= (decimal)candidate["expected_cost"]!);
    }

    [Fact]
    public async Task A_max_cost_below_the_least_is_refused_before_anything_is_sent()
    {
        var reply = await fixture.Gateway.Client.AskAsync(RoutingFixture.Many, "\"max_cost\":0.000000001");

        Assert.InRange(reply.Status, 400, 404);
        Assert.Contains("max_cost", reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_max_cost_limits_the_output_that_is_asked_for()
    {
        await using var gateway = await GatewayHarness.StartAsync();

        var reply = await gateway.Client.AskAsync(GatewayHarness.Plain, "\"max_cost\":0.0005,\"max_tokens\":4000");

        Assert.Equal(200, reply.Status);
        var sent = (await gateway.Alpha.ExchangeAsync()).Json;
        Assert.InRange((int)sent["max_tokens"]!, 1, 250); // half of a thousandth dollar buys 250 tokens of output
        Assert.Null(sent["max_cost"]);
    }

    [Fact]
    public async Task No_endpoints_names_each_rule_whose_it_is_and_how_to_relax_it()
    {
        var reply = await fixture.Gateway.Client.AskAsync(RoutingFixture.Many, "\"provider\":{\"only\":[\"cheap\"],\"data_collection\":\"deny\"}");

        Assert.Equal(404, reply.Status);
        Assert.Contains("The request's 'provider.only' removed", reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("set data_collection to 'allow'", reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_generation_has_the_record_of_its_route_which_replays_to_the_same_order()
    {
        var client = fixture.Gateway.Client;
        var id = (string)(await client.AskAsync(RoutingFixture.Many)).Json["id"]!;

        var record = await client.GetAsync($"/api/v1/generation/{id}/route");

        var replayed = Turnpike.Gateway.Routing.Records.RouteReplay.Run(record.Text);
        Assert.True(replayed.IsSame);
        Assert.Equal(4, replayed.Recorded.Length);
        Assert.DoesNotContain("Hello", record.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await client.GetAsync("/api/v1/generation/gen-none/route")).Status);
    }

    [Fact]
    public async Task A_record_that_was_altered_replays_to_another_order()
    {
        var explained = await fixture.Gateway.Client.PostAsync("/api/v1/route/explain", GatewayClient.Body(RoutingFixture.Many, "\"provider\":{\"sort\":\"price\"}"));

        var altered = explained.Text.Replace("{\"prompt\":1,\"completion\":2}", "{\"prompt\":90,\"completion\":90}", StringComparison.Ordinal);

        Assert.NotEqual(explained.Text, altered);
        Assert.False(Turnpike.Gateway.Routing.Records.RouteReplay.Run(altered).IsSame);
    }

    [Theory]
    [InlineData("enabled", true)]
    [InlineData("off", false)]
    public async Task Metadata_stands_in_whole_and_streamed_answers_of_those_who_ask(string word, bool isThere)
    {
        var body = GatewayClient.Body(RoutingFixture.Many, "\"provider\":{\"order\":[\"mid/us-1\"]}");

        var whole = await fixture.Gateway.Client.ChatAsync(body, ("X-OpenRouter-Metadata", word));
        var stream = await fixture.Gateway.Client.StreamAsync(body.Replace("{\"model\"", "{\"stream\":true,\"model\"", StringComparison.Ordinal), ("X-OpenRouter-Metadata", word));

        foreach (var metadata in new[] { whole.Json["openrouter_metadata"], stream.Chunks[^1]["openrouter_metadata"] })
        {
            Assert.Equal(isThere, metadata is not null);
            Assert.Equal(isThere ? "mid Inc" : null, (string?)metadata?["attempts"]![0]!["provider"]);
            Assert.Equal(isThere ? 6 : null, (int?)metadata?["endpoints"]!["total"]);
        }
    }

    private async Task<JsonNode> ExplainAsync(string fields)
    {
        var reply = await fixture.Gateway.Client.PostAsync("/api/v1/route/explain", GatewayClient.Body(RoutingFixture.Many, fields));
        Assert.True(reply.Status == 200, reply.Text);
        return reply.Json["data"]!;
    }
}
