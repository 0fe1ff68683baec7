using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Routing;

/// <summary>What keys, accounts and presets wish for those who send nothing of it.</summary>
public sealed class DefaultsTests : IAsyncLifetime
{
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static config =>
    {
        RoutingFixture.Configure(config);
        config.Set("presets", new JsonObject
        {
            ["terse"] = new JsonObject
            {
                ["model"] = GatewayHarness.Plain,
                ["system"] = "Be terse.",
                ["temperature"] = 0.5,
                ["seed"] = 7,
                ["tools"] = new JsonArray(Tool("search"), Tool("shared", "of the preset")),
            },
        });
    });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Rules_of_account_key_and_request_all_hold_and_each_is_named()
    {
        await _gateway.SetProviderDefaultsAsync("{\"ignore\":[\"cheap\"]}", "{\"max_price\":{\"prompt\":3}}");

        var explained = await ExplainedAsync("\"provider\":{\"sort\":\"price\",\"quantizations\":[\"fp4\",\"fp8\",\"bf16\"]}", "account");

        Assert.Equal(["mid:mid-fp4"], explained["candidates"]!.AsArray().Select(static c => (string)c!["endpoint"]!));
        Assert.Equal(
            [("provider.ignore", "account"), ("provider.max_price", "key"), ("provider.quantizations", "request")],
            explained["removed"]!.AsArray().Select(static r => ((string)r!["field"]!, (string)r["by"]!)).Where(static r => r.Item2 != "catalogue").Distinct().Order());
    }

    [Fact]
    public async Task A_preference_of_the_request_goes_before_the_keys_and_that_before_the_accounts()
    {
        await _gateway.SetProviderDefaultsAsync("{\"order\":[\"dear\"],\"ignore\":[\"nobody\",\"cheap\"]}", "{\"order\":[\"mid/us-1\"]}");

        var byKey = await ExplainedAsync("\"max_tokens\":5", "account");
        var byRequest = await ExplainedAsync("\"provider\":{\"order\":[\"mid/eu-1\"]}", "account");

        Assert.Equal("mid:mid-none", (string?)byKey["candidates"]![0]!["endpoint"]);
        Assert.Equal("mid:mid-fp4", (string?)byRequest["candidates"]![0]!["endpoint"]);
    }

    [Theory]
    [InlineData("@preset/terse", "")]
    [InlineData(GatewayHarness.Pair + "@preset/terse", "")]
    [InlineData(GatewayHarness.Pair, ",\"preset\":\"terse\"")]
    public async Task A_preset_stands_behind_the_fields_of_the_request(string model, string field)
    {
        var reply = await _gateway.Client.ChatAsync(
            $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hello"}],"seed":1,"tools":[{{Tool("shared", "own").ToJsonString()}}],"provider":{"order":["alpha"]}{{field}}}""");

        Assert.True(reply.Status == 200, reply.Text);
        var sent = (await _gateway.Alpha.ExchangeAsync()).Json;
        Assert.Equal(model.StartsWith('@') ? "plain" : "pair", (string?)sent["model"]);
        Assert.Equal(("Be terse.", "Hello"), ((string)sent["messages"]![0]!["content"]!, (string)sent["messages"]![1]!["content"]!));
        Assert.Equal((0.5, 1), ((double)sent["temperature"]!, (int)sent["seed"]!));
        Assert.Equal(["own", "search"], sent["tools"]!.AsArray().Select(static t => (string?)t!["function"]!["description"] ?? (string)t["function"]!["name"]!));
        Assert.Null(sent["preset"]);
    }

    [Fact]
    public async Task A_preset_that_is_not_there_is_not_found() =>
        Assert.Equal(404, (await _gateway.Client.AskAsync("@preset/none")).Status);

    private static JsonObject Tool(string name, string? description = null)
    {
        var function = new JsonObject { ["name"] = name };
        if (description is not null)
        {
            function["description"] = description;
        }

        return new() { ["type"] = "function", ["function"] = function };
    }

    // Changes come to a running gateway by notices.
    private async Task<JsonNode> ExplainedAsync(string fields, string by)
    {
        JsonNode data = null!;
        await Deadline.UntilAsync(
            async () => (data = (await _gateway.Client.PostAsync("/api/v1/route/explain", GatewayClient.Body(RoutingFixture.Many, fields))).Json["data"]!)
                ["removed"]!.AsArray().Any(r => (string?)r!["by"] == by),
            "the defaults to be in force");
        return data;
    }
}
