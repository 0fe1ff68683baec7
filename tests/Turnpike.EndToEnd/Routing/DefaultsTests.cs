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

        var explained = await ExplainedAsync("\"provider\":{\"sort\":\"price\",\"quantizations\":[\"fp4\",\"fp8\",\"bf16\"]}", "key");

        Assert.Equal(["mid:mid-fp4"], explained["candidates"]!.AsArray().Select(static c => (string)c!["endpoint"]!));
        Assert.Equal(
            [("provider.ignore", "account"), ("provider.max_price", "key"), ("provider.quantizations", "request")],
            explained["removed"]!.AsArray().Select(static r => ((string)r!["field"]!, (string)r["by"]!)).Where(static r => r.Item2 != "catalogue").Distinct().Order());
    }

    [Fact]
    public async Task Lists_of_those_allowed_are_intersected_and_of_those_that_are_not_added_up()
    {
        await _gateway.SetProviderDefaultsAsync("{\"only\":[\"cheap\",\"mid\"],\"ignore\":[\"mid/us-1\"]}", "{\"only\":[\"mid\",\"dear\"]}");

        var left = await ExplainedAsync("\"provider\":{\"sort\":\"price\"}", "account");
        var fewer = await ExplainedAsync("\"provider\":{\"ignore\":[\"mid/eu-1\"]}", "account");
        var none = await _gateway.Client.AskAsync(RoutingFixture.Many, "\"provider\":{\"only\":[\"cheap\",\"dear\"]}");

        Assert.Equal(["mid:mid-fp4"], left["candidates"]!.AsArray().Select(static c => (string)c!["endpoint"]!));
        Assert.Empty(fewer["candidates"]!.AsArray());
        Assert.Equal(404, none.Status);
        foreach (var whose in new[] { "The request's 'provider.only'", "The key's default 'provider.only'", "The account's default 'provider.only'" })
        {
            Assert.Contains(whose, none.ErrorMessage, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_rule_of_an_account_holds_beside_a_request_that_would_relax_it()
    {
        await _gateway.SetProviderDefaultsAsync(
            "{\"require_parameters\":true,\"allow_fallbacks\":false,\"enforce_distillable_text\":true,\"max_price\":{\"prompt\":2}}", key: null);

        var explained = await ExplainedAsync("\"temperature\":1,\"max_tokens\":5,\"provider\":{\"require_parameters\":false,\"enforce_distillable_text\":false,\"max_price\":{\"prompt\":9}}", "account");

        Assert.Equal(
            ["provider.enforce_distillable_text", "provider.max_price", "provider.require_parameters"],
            explained["removed"]!.AsArray().Select(static r => (string)r!["field"]!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(explained["removed"]!.AsArray(), static r => Assert.Equal("account", (string?)r!["by"]));
    }

    [Fact]
    public async Task Fallbacks_that_an_account_does_not_allow_are_its_word_until_the_request_says_otherwise()
    {
        await _gateway.SetProviderDefaultsAsync("{\"allow_fallbacks\":false,\"sort\":\"price\"}", key: null);

        var explained = await ExplainedAsync("\"seed\":1", "account");
        var relaxed = await _gateway.Client.PostAsync("/api/v1/route/explain", GatewayClient.Body(RoutingFixture.Many, "\"provider\":{\"allow_fallbacks\":true}"));

        Assert.Single(explained["candidates"]!.AsArray());
        Assert.Equal(4, relaxed.Json["data"]!["candidates"]!.AsArray().Count);
    }

    [Fact]
    public async Task Models_that_no_rule_of_the_key_leaves_an_endpoint_are_not_among_its_own()
    {
        await _gateway.SetProviderDefaultsAsync("{\"ignore\":[\"beta\"]}", "{\"only\":[\"alpha\",\"beta\"]}");

        List<string> own = [];
        await Deadline.UntilAsync(async () => !(own = await ModelsAsync("/api/v1/models/user")).Contains("turnpike/echo"), "the rules to be known");
        var all = await ModelsAsync("/api/v1/models");

        Assert.All((string[])[GatewayHarness.Pair, GatewayHarness.Plain], id => Assert.Contains(id, own));
        Assert.All((string[])["test/second", "turnpike/echo"], id => Assert.Contains(id, all));
        Assert.DoesNotContain("test/second", own);
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
    private async Task<List<string>> ModelsAsync(string path) =>
        [.. (await _gateway.Client.GetAsync(path)).Json["data"]!.AsArray().Select(static m => (string)m!["id"]!)];

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
