using Turnpike.Gateway.Routing.Records;

namespace Turnpike.EndToEnd.Routing;

/// <summary>Every generation has the record of its route, also after a restart.</summary>
public sealed class RouteRecordTests
{
    [Theory]
    [InlineData(GatewayHarness.Plain, "", 1)]
    [InlineData(GatewayHarness.Plain, "\"max_tokens\":50,\"temperature\":0.5", 1)]
    [InlineData(RoutingFixture.Many, "", 4)]
    [InlineData(RoutingFixture.Many, "\"provider\":{\"order\":[\"mid\"],\"max_price\":{\"prompt\":4}},\"models\":[\"test/second\"]", 5)]
    [InlineData("openrouter/auto", "\"provider\":{\"sort\":\"price\"}", 1)]
    public async Task A_record_is_the_same_after_a_restart_and_replays(string model, string fields, int least)
    {
        await using var gateway = await GatewayHarness.StartAsync(RoutingFixture.Configure);
        await gateway.Client.AskAsync(RoutingFixture.Many); // so that something is known of an endpoint
        var reply = await gateway.Client.AskAsync(model, fields);
        Assert.True(reply.Status == 200, reply.Text);
        var address = $"/api/v1/generation/{(string)reply.Json["id"]!}/route";
        var before = await gateway.Client.GetAsync(address);

        await gateway.RestartAsync();
        var after = await gateway.Client.GetAsync(address);

        Assert.True(before.Status == 200, before.Text);
        Assert.Equal(before.Text, after.Text);
        Assert.DoesNotContain("Hello", after.Text, StringComparison.Ordinal);
        var replayed = RouteReplay.Run(after.Text);
        Assert.True(replayed.IsSame);
        Assert.True(replayed.Recorded.Length >= least, after.Text);
    }

    [Fact]
    public async Task A_request_that_became_no_generation_has_no_record_and_nobody_elses_is_shown()
    {
        await using var gateway = await GatewayHarness.StartAsync();
        var id = (string)(await gateway.Client.AskAsync(GatewayHarness.Plain)).Json["id"]!;

        var wrong = await gateway.Client.GetAsync($"/api/v1/generation/{id[..^1]}_/route");

        Assert.Equal(404, wrong.Status);
        Assert.Contains("recordDays", wrong.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_records_are_not_stored_a_restart_ends_them()
    {
        await using var gateway = await GatewayHarness.StartAsync(static c => c.Set("routing", new System.Text.Json.Nodes.JsonObject { ["recordDays"] = 0 }));
        var address = $"/api/v1/generation/{(string)(await gateway.Client.AskAsync(GatewayHarness.Plain)).Json["id"]!}/route";

        var before = await gateway.Client.GetAsync(address);
        await gateway.RestartAsync();
        var after = await gateway.Client.GetAsync(address);

        Assert.Equal((200, 404), (before.Status, after.Status));
    }
}
