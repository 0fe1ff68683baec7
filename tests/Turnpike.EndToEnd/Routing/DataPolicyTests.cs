using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Routing;

/// <summary>What providers do with prompts, and who may wish that they do it not: the request, its key, its account.</summary>
public sealed class DataPolicyTests : IAsyncLifetime
{
    private const string Model = "test/policies";
    private const string Vectors = "test/vectors";
    private const string ByPrice = "\"sort\":\"price\"";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static config =>
    {
        var address = (string)config.Document["providers"]![0]!["baseUrl"]!;
        config
            .Set("models", new JsonArray(new JsonObject { ["id"] = Vectors, ["outputModalities"] = new JsonArray("embeddings") }))
            .Provider("untold", address)
            .Provider("trains", address, Policy(training: true, retains: false, days: 0))
            .Provider("keeps", address, Policy(training: false, retains: true, days: 30))
            .Provider("half", address, ("dataPolicy", new JsonObject { ["training"] = false }))
            .Provider("discreet", address, Policy(training: false, retains: false, days: 0));
        foreach (var (provider, price) in new[] { ("untold", 1), ("trains", 2), ("keeps", 3), ("half", 4), ("discreet", 5) })
        {
            config.Endpoint(provider, Model, provider, price, price);
            config.Endpoint(provider, Vectors, provider, price, 0);
        }
    });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("\"data_collection\":\"allow\"", "untold trains keeps half discreet")]
    [InlineData("\"data_collection\":null", "untold trains keeps half discreet")]
    [InlineData("\"data_collection\":\"deny\"", "discreet")]
    [InlineData("\"zdr\":false", "untold trains keeps half discreet")]
    [InlineData("\"zdr\":true", "discreet")]
    [InlineData("\"enforce_zdr\":true", "discreet")]
    public async Task Whoever_trains_keeps_or_does_not_say_is_left_out_where_that_is_denied(string wish, string order) =>
        Assert.Equal(order.Split(' '), await OrderAsync($"{ByPrice},{wish}"));

    [Theory]
    [InlineData("chat/completions", """
        "messages":[{"role":"user","content":"Hello"}],"zdr":true
        """)]
    [InlineData("chat/completions", """
        "enforce_zdr":true,"provider":{"zdr":false},"messages":[{"role":"user","content":"Hello"}]
        """)]
    [InlineData("completions", """
        "prompt":"Hello","zdr":true
        """)]
    [InlineData("responses", """
        "input":"Hello","enforce_zdr":true
        """)]
    [InlineData("messages", """
        "max_tokens":50,"messages":[{"role":"user","content":"Hello"}],"zdr":true
        """)]
    [InlineData("embeddings", """
        "input":"Hello","zdr":true,"enforce_zdr":true
        """)]
    public async Task A_request_that_says_it_without_an_object_goes_to_the_same_and_the_word_to_nobody(string surface, string fields)
    {
        _gateway.Alpha.On("discreet", Answer.Error(500));
        var model = surface == "embeddings" ? Vectors : Model;

        var reply = await _gateway.Client.PostAsync($"/api/v1/{surface}", $$"""{"model":"{{model}}",{{fields}}}""");

        Assert.True(reply.Status is >= 500 and <= 599, reply.Text);
        Assert.NotEmpty(_gateway.Alpha.Exchanges);
        Assert.All(_gateway.Alpha.Exchanges, static e => Assert.Equal("discreet", e.Model));
        Assert.All(_gateway.Alpha.Exchanges, static e => Assert.DoesNotContain("zdr", e.BodyText, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"data_collection\":\"deny\"")]
    [InlineData("\"zdr\":true")]
    public async Task A_request_goes_to_nobody_else_though_the_one_that_may_answer_fails(string wish)
    {
        _gateway.Alpha.On("discreet", Answer.Error(500));

        var reply = await _gateway.Client.AskAsync(Model, "\"provider\":{" + wish + "}");

        Assert.InRange(reply.Status, 500, 599);
        Assert.All(_gateway.Alpha.Exchanges, static e => Assert.Equal("discreet", e.Model));
    }

    [Theory]
    [InlineData("\"data_collection\":\"deny\"", "provider.data_collection", "data_policy:training", "set data_collection to 'allow'")]
    [InlineData("\"zdr\":true", "provider.zdr", "data_policy:zdr", "set zdr to false")]
    public async Task With_only_and_nobody_left_the_404_names_the_rule_and_how_to_relax_it(string wish, string field, string word, string relax)
    {
        var reply = await _gateway.Client.AskAsync(Model, "\"provider\":{\"only\":[\"untold\",\"trains\",\"keeps\"]," + wish + "}");

        Assert.Equal(404, reply.Status);
        Assert.Contains($"The request's '{field}' removed untold, trains, keeps: {relax}", reply.ErrorMessage, StringComparison.Ordinal);
        var availability = reply.Json["error"]!["availability"]!;
        Assert.Equal("constraint_filtered", (string?)availability["code"]); // 'only' removed some of them
        Assert.Equal(["allowed_providers", word], availability["excluded_by"]!.AsArray().Select(static w => (string)w!));
        Assert.Equal("discreet", (await OrderAsync($"\"only\":[\"trains\",\"discreet\"],{wish}")).Single());
    }

    [Theory]
    [InlineData("{\"data_collection\":\"deny\"}", null, "\"data_collection\":\"allow\"", "provider.data_collection", "account")]
    [InlineData(null, "{\"data_collection\":\"deny\"}", "\"data_collection\":\"allow\"", "provider.data_collection", "key")]
    [InlineData("{\"zdr\":true}", null, "\"zdr\":false", "provider.zdr", "account")]
    [InlineData("{\"zdr\":false}", "{\"zdr\":true}", "\"zdr\":false", "provider.zdr", "key")]
    public async Task What_an_account_or_a_key_denies_no_request_allows(string? account, string? key, string wish, string field, string owner)
    {
        await _gateway.SetProviderDefaultsAsync(account, key);

        JsonNode explained = null!;
        await Deadline.UntilAsync(
            async () => (explained = await ExplainAsync($"{ByPrice},{wish}"))["removed"]!.AsArray().Count > 0, "the defaults to be in force");

        Assert.Equal("discreet", (string?)Assert.Single(explained["candidates"]!.AsArray())!["tag"]);
        Assert.All(explained["removed"]!.AsArray(), r => Assert.Equal((field, owner), ((string)r!["field"]!, (string)r["by"]!)));
        var reply = await _gateway.Client.AskAsync(Model, "\"provider\":{\"ignore\":[\"discreet\"]," + wish + "}");
        Assert.Equal(404, reply.Status);
        Assert.Contains($"The {owner}'s default '{field}' removed", reply.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_privacy_alone_leaves_nobody_the_code_says_so()
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Pair, "\"provider\":{\"zdr\":true}");

        Assert.Equal((404, "privacy_restricted"), (reply.Status, (string?)reply.Json["error"]!["availability"]!["code"]));
    }

    private static (string Name, JsonNode? Value) Policy(bool training, bool retains, int days) =>
        ("dataPolicy", new JsonObject { ["training"] = training, ["retainsPrompts"] = retains, ["retentionDays"] = days });

    private async Task<string[]> OrderAsync(string wishes) =>
        [.. (await ExplainAsync(wishes))["candidates"]!.AsArray().Select(static c => (string)c!["tag"]!)];

    private async Task<JsonNode> ExplainAsync(string wishes)
    {
        var reply = await _gateway.Client.PostAsync("/api/v1/route/explain", GatewayClient.Body(Model, "\"provider\":{" + wishes + "}"));
        Assert.True(reply.Status == 200, reply.Text);
        return reply.Json["data"]!;
    }
}
